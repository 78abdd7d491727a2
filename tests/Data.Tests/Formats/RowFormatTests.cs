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
        {
            "chat",
            """
            {"tools":[{"name":"f","parameters":{"b":1,"a":2}}],"messages":[{"role":"user","content":"x","n":1},{"role":"assistant","content":null,
             "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"é\": 1}"}}]},{"role":"tool","tool_call_id":"c1","name":"f","content":""}]}
            """,
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":{"é":1}}}]},{"role":"tool","content":"","name":"f","tool_call_id":"c1"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"b":1,"a":2}}}]}"""
        },
        { "chat", """{"messages":"[{\"role\":\"assistant\",\"content\":\"x\"}]","tools":[]}""", """{"messages":[{"role":"assistant","content":"x"}]}""" },
        { "sharegpt", """{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}],"system":"s"}""", """{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""" },
        { "sharegpt", """{"conversations":[{"from":"system","value":"t"},{"from":"gpt","value":"b"}],"system":"s"}""", """{"messages":[{"role":"system","content":"t"},{"role":"assistant","content":"b"}]}""" },
        {
            "sharegpt",
            """{"conversations":[{"from":"function_call","value":"{\"name\":\"f\",\"arguments\":{\"x\":1}}"},{"from":"observation","value":"2"}],"tools":"[{\"name\":\"f\"}]"}""",
            """{"messages":[{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"f","arguments":{"x":1}}}]},{"role":"tool","content":"2"}],"tools":[{"type":"function","function":{"name":"f"}}]}"""
        },
        { "alpaca", """{"output":"o","instruction":"i","input":"","system":""}""", """{"instruction":"i","output":"o"}""" },
        { "alpaca", """{"instruction":"","input":"n","output":"o","system":"s","history":[["a","b"]]}""", """{"instruction":"","input":"n","output":"o","system":"s","history":[["a","b"]]}""" },
        { "preference", """{"rejected":"r","chosen":"c"}""", """{"chosen":"c","rejected":"r"}""" },
        {
            "preference",
            """{"prompt":[{"role":"user","content":"p"}],"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}""",
            """{"prompt":[{"role":"user","content":"p"}],"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}"""
        },
        {
            "prompt-completion",
            """{"completion":[{"role":"assistant","content":"c"}],"prompt":[{"role":"user","content":"p"}]}""",
            """{"prompt":[{"role":"user","content":"p"}],"completion":[{"role":"assistant","content":"c"}]}"""
        },
    };

    [Theory, MemberData(nameof(CanonicalRows))]
    public async Task ARowHasOneCanonicalFormThatReadsAsTheSameRow(string format, string line, string canonical)
    {
        var row = await OnlyRowAsync(format, line.ReplaceLineEndings(""));
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
    [InlineData("alpaca", """{"instruction":" ","output":7}""", "instruction is ' '; expected a non-empty string; output is 7; expected a non-empty string")]
    [InlineData("alpaca", """{"instruction":"i","output":"o","history":[["a"]]}""", "history[0] is an array; expected an instruction and its output")]
    [InlineData("sharegpt", """{"conversations":[{"from":"bot","value":"x"},{"value":"y"}]}""", "conversations[0].from is 'bot'; expected one of assistant, chatgpt, function_call, gpt")]
    [InlineData("sharegpt", """{"conversations":[{"from":"human","value":"x"}]}""", "conversations has no turn with role assistant among its 1")]
    [InlineData("sharegpt", """{"conversations":[{"from":"function_call","value":"x"}]}""", "conversations[0].value is 'x'; expected an object with name and arguments")]
    [InlineData("preference", """{"prompt":"p","chosen":"c"}""", "rejected is missing; expected a non-empty string")]
    [InlineData("preference", """{"prompt":"p","chosen":[{"role":"assistant","content":"c"}],"rejected":"r"}""", "prompt is 'p'; expected a non-empty array; rejected is 'r'; expected a non-empty array")]
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
    public void AnAlpacaRowIsAConversationOrStanfordsPrompt()
    {
        var row = new AlpacaRow("Add.", "1 1", "2", null, []);
        Assert.Equal(new ChatRow([new("user", "Add.\n1 1"), new("assistant", "2")]), row.ToChat());
        Assert.Equal(
            "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.\n\n"
            + "### Instruction:\nAdd.\n\n### Input:\n1 1\n\n### Response:", row.ToPromptCompletion().Prompt);
        var longer = new AlpacaRow("And?", null, "4", "Be brief.", [("2+1", "3")]);
        Assert.Equal(["system", "user", "assistant", "user", "assistant"], longer.ToChat().Messages.Select(turn => turn.Role));
        Assert.Equal("Be brief.\n\n### Instruction:\n2+1\n\n### Response:3\n\n### Instruction:\nAnd?\n\n### Response:", longer.ToPromptCompletion().Prompt);
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
