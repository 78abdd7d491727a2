using System.Text;
using Platform.Data.Formats;

namespace Platform.Data.Tests.Formats;

public sealed class RowFormatTests
{
    private const string Wave = "UklGRigAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQQAAAAAAAEA";

    public static TheoryData<string, string, string> CanonicalRows => new()
    {
        { "text", """{"n":1,"text":"a b"}""", """{"text":"a b"}""" },
        { "classification", """{"label":"good","text":"a"}""", """{"text":"a","label":"good"}""" },
        { "classification", """{"text":"a","text_pair":"b","label":2}""", """{"text":"a","text_pair":"b","label":"2"}""" },
        { "classification", """{"text":"a","text_pair":null,"label":true}""", """{"text":"a","label":"true"}""" },
        { "multi-label-classification", """{"text":"a","labels":["y","x","y"]}""", """{"text":"a","labels":["x","y"]}""" },
        { "multi-label-classification", """{"text":"a","labels":"[1, 2]"}""", """{"text":"a","labels":["1","2"]}""" },
        { "multi-label-classification", """{"text":"a","labels":[]}""", """{"text":"a","labels":[]}""" },
        {
            "squad",
            """{"id":"7","title":"T","context":"über 𝄞 rest","question":"q","answers":{"answer_start":[7,0],"text":["rest","über"]}}""",
            """{"id":"7","title":"T","context":"über \uD834\uDD1E rest","question":"q","answers":{"text":["rest","über"],"answer_start":[7,0]}}"""
        },
        {
            "squad",
            """{"context":"c","question":"q","answers":"{\"text\": [], \"answer_start\": []}","is_impossible":true}""",
            """{"context":"c","question":"q","answers":{"text":[],"answer_start":[]}}"""
        },
        { "audio", $$"""{"text":"hi","audio":{"bytes":"{{Wave}}","path":"a.wav" } }""", $$"""{"audio":{"path":"a.wav","bytes":"{{Wave}}"},"text":"hi"}""" },
    };

    [Theory, MemberData(nameof(CanonicalRows))]
    public async Task ARowHasOneCanonicalFormThatReadsAsTheSameRow(string format, string line, string canonical)
    {
        var row = await OnlyRowAsync(format, line);
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalRow.Of(row)));
        Assert.Equal(row, await OnlyRowAsync(format, canonical));
    }

    [Theory]
    [InlineData("text", """{"text":" "}""", "text is ' '; expected a non-empty string")]
    [InlineData("text", "7", "the line is 7; expected an object with text")]
    [InlineData("classification", """{"text":"a"}""", "label is missing; expected a name or a number")]
    [InlineData("classification", """{"text":"a","label":null,"text_pair":[]}""", "text_pair is an empty array; expected a string, or leave it out; label is null; expected a name or a number")]
    [InlineData("multi-label-classification", """{"text":"a","labels":"x"}""", "labels is 'x'; expected an array of label names")]
    [InlineData("multi-label-classification", """{"text":"a","labels":["x",null]}""", "labels[1] is null; expected a name or a number")]
    [InlineData("squad", """{"context":"c"}""", "question is missing; expected a non-empty string; answers is missing; expected an object with the arrays text and answer_start")]
    [InlineData("squad", """{"context":"abc","question":"q","answers":{"text":["b","x"],"answer_start":[1]}}""", "answers.text has 2 entries and answers.answer_start 1; expected as many")]
    [InlineData("squad", """{"context":"abc","question":"q","answers":{"text":["b"],"answer_start":[2]}}""", "answers.text[0] is 'b', which does not stand in context at answer_start 2")]
    [InlineData("squad", """{"context":"abc","question":"q","answers":{"text":["b"],"answer_start":[99999]}}""", "does not stand in context at answer_start 99999")]
    [InlineData("squad", """{"context":"abc","question":"q","answers":{"text":[""],"answer_start":[-1]}}""", "answers.text[0] is ''; expected a non-empty string")]
    [InlineData("squad", """{"context":"abc","question":"q","answers":{"text":["b"],"answer_start":[1.5]}}""", "answers.answer_start[0] is 1.5; expected a whole number of at least 0")]
    [InlineData("audio", """{"text":"hi"}""", "audio is missing; expected an object with path and bytes")]
    [InlineData("audio", """{"text":"hi","audio":{"path":"a.wav"}}""", "audio.bytes is missing; expected the base64 of a WAV file")]
    [InlineData("audio", """{"text":"hi","audio":{"bytes":"?"}}""", "audio.bytes is '?'; expected the base64 of a WAV file")]
    [InlineData("audio", """{"text":"hi","audio":{"bytes":"SUQzBAAAAAAAI1RTU0UAAAAPAAADTGF2"}}""", "audio.bytes has 24 bytes that are no WAV file")]
    public async Task ABadRowIsToldByFieldValueAndExpectation(string format, string line, string reason)
    {
        var (rows, report) = await Rows.ReadAsync(format, line);
        Assert.Empty(rows);
        Assert.Contains(reason, Assert.Single(report.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LabelsAreOrderedByNumberThenByName()
    {
        var (rows, _) = await Rows.ReadAsync("classification", string.Join('\n', new[] { "\"b\"", "10", "9", "\"B\"", "\"a\"", "9" }.Select(label => $$"""{"text":"a","label":{{label}}}""")));
        var names = new LabelNames();
        rows.ForEach(names.Add);
        Assert.Equal(["9", "10", "B", "a", "b"], names.InOrder());
    }

    [Fact]
    public async Task RowsWithoutLabelsHaveNoLabelNames()
    {
        var names = new LabelNames();
        names.Add(await OnlyRowAsync("text", """{"text":"a"}"""));
        Assert.Empty(names.InOrder());
    }

    private static async Task<IRow> OnlyRowAsync(string format, string line)
    {
        var (rows, report) = await Rows.ReadAsync(format, line);
        Assert.Empty(report.Problems);
        return Assert.Single(rows);
    }
}
