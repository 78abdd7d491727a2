using System.Text;
using Platform.Data.Formats;

namespace Platform.Data.Tests.Formats;

public sealed class RowReaderTests
{
    private const string GoodChat = """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}]}""";
    private const string GoodPair = """{"prompt":"2+2=","completion":"4"}""";

    [Fact]
    public async Task GoodRowsComeInOrder()
    {
        var (rows, report) = await Rows.ReadAsync("prompt-completion", GoodPair + "\n" + """{"completion":"b","extra":1,"prompt":"a"}""");
        Assert.Equal([new PromptCompletionRow("2+2=", "4"), new PromptCompletionRow("a", "b")], rows);
        Assert.Equal((2, 0), (report.GoodRows, report.BadRows));
    }

    [Fact]
    public async Task ByteOrderMarkCarriageReturnsAndTrailingBlankLinesAreTolerated()
    {
        var (rows, report) = await Rows.ReadAsync("prompt-completion", "\uFEFF" + GoodPair + "\r\n" + GoodPair + "\r\n\r\n \n");
        Assert.Equal(2, rows.Count);
        Assert.Equal(0, report.BadRows);
    }

    [Theory]
    [InlineData("""{"completion":"4"}""", "prompt is missing; expected a non-empty string")]
    [InlineData("""{"prompt":"","completion":" "}""", "prompt is ''; expected a non-empty string; completion is ' '; expected a non-empty string")]
    [InlineData("""{"prompt":7,"completion":null}""", "prompt is 7; expected a non-empty string; completion is null; expected a non-empty string")]
    [InlineData("""{"prompt":"a","completion":"\ud800"}""", "completion is a string with half a surrogate pair; expected a non-empty string")]
    [InlineData("""["a"]""", "the line is an array; expected an object with prompt and completion")]
    [InlineData("""{"prompt":"a" "b"}""", "the line is not valid JSON at byte 15; expected one JSON object")]
    [InlineData("""{"prompt":"a","prompt":"b","completion":"c"}""", "not valid JSON")]
    [InlineData("""{"prompt":"a","completion":"b"} {}""", "not valid JSON")]
    public async Task ABadPairIsToldByFieldValueAndExpectation(string line, string reason)
    {
        var (rows, report) = await Rows.ReadAsync("prompt-completion", line);
        Assert.Empty(rows);
        Assert.Contains(reason, Assert.Single(report.Problems).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"message":[]}""", "messages is missing")]
    [InlineData("""{"messages":[]}""", "messages is an empty array")]
    [InlineData("""{"messages":"hi"}""", "messages is 'hi'")]
    [InlineData("""{"messages":["hi"]}""", "messages[0] is 'hi'; expected an object with role and content")]
    [InlineData("""{"messages":[{"role":"robot","content":"x"}]}""", "messages[0].role is 'robot'; expected one of system, user, assistant, tool")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content is an array")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "no turn with role assistant")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}],"functions":[]}""", "functions is an empty array; this format has no functions")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}],"tools":{}}""", "tools is an object; expected an array of functions")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}],"tools":[7]}""", "tools[0] is 7; expected an object with a function")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}],"tools":[{"name":"\ud800"}]}""", "without half surrogate pairs")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}],"tools":"[{\"name\":\"a\",\"name\":\"b\"}]"}""", "tools is '[{")]
    [InlineData("""{"messages":[{"role":"user","content":"x","tool_calls":[{"name":"f"}]}]}""", "messages[0].tool_calls is given for the role user; only an assistant calls tools")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"name":"f","arguments":"no"}]}]}""", "messages[0].tool_calls[0].arguments is 'no'; expected an object")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x","tool_calls":[{}]}]}""", "messages[0].tool_calls[0] has no name; expected a function with name")]
    public async Task ABadConversationIsToldByFieldValueAndExpectation(string line, string reason)
    {
        var (rows, report) = await Rows.ReadAsync("chat", line);
        Assert.Empty(rows);
        Assert.Contains(reason, Assert.Single(report.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LineNumbersAreThoseOfTheSource()
    {
        var (rows, report) = await Rows.ReadAsync("chat", GoodChat + "\n\n{}\n" + GoodChat + "\nnot json");
        Assert.Equal(2, rows.Count);
        Assert.Equal([2, 3, 5], report.Problems.Select(problem => problem.Line));
        Assert.StartsWith("the line is blank", report.Problems[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryBadLineIsCountedAndTheFirstTwentyAreKept()
    {
        var (_, report) = await Rows.ReadAsync("chat", string.Join('\n', Enumerable.Repeat("{}", 50)));
        Assert.Equal((50, 50, 20), (report.Rows, report.BadRows, report.Problems.Count));
    }

    [Fact]
    public async Task InvalidUtf8NamesTheByte()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("{\"prompt\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\",\"completion\":\"x\"}")];
        var (_, report) = await Rows.ReadAsync("prompt-completion", new MemoryStream(bytes));
        Assert.Contains("not valid UTF-8 at byte 12", Assert.Single(report.Problems).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task AnOversizeLineIsOneBadRowAndTheNextIsRead(int chunk)
    {
        var text = $$"""{"prompt":"{{new string('x', 300_000)}}","completion":"y"}""" + "\n" + GoodPair + "\n";
        var (rows, report) = await Rows.ReadAsync("prompt-completion", new Trickle(Encoding.UTF8.GetBytes(text), chunk), maxRowBytes: 1000);
        Assert.Equal([new PromptCompletionRow("2+2=", "4")], rows);
        Assert.Equal("the line has 300030 bytes; expected at most 1000", Assert.Single(report.Problems).Reason);
    }

    [Fact]
    public async Task ALineOfExactlyThePermittedLengthIsRead()
    {
        var (rows, _) = await Rows.ReadAsync("prompt-completion", new MemoryStream(Encoding.UTF8.GetBytes(GoodPair + "\r\n")), GoodPair.Length);
        Assert.Single(rows);
    }

    [Fact]
    public void AnUnknownFormatNamesTheKnownOnes()
    {
        var refusal = Assert.Throws<ArgumentException>(() => RowFormats.Get("parquet"));
        Assert.Contains("format is 'parquet'; expected one of alpaca, audio, chat, classification, ", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Gives at most a few bytes per read, as a network does.</summary>
    private sealed class Trickle(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
