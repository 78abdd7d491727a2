using System.IO.Compression;
using System.Text;
using Platform.Data.Sources;

namespace Platform.Data.Tests.Sources;

public sealed class TextSourcesTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", """{"a":"1","b":"2"}""")]
    [InlineData("\uFEFFa,b\r\n1,2", """{"a":"1","b":"2"}""")]
    [InlineData("a,b\n\"1,\n\"\"x\"\"\",\"\"\n\n3,\n", """{"a":"1,\n\"x\"","b":""}|{"a":"3","b":""}""")]
    [InlineData("a\n5\" pipe\n", """{"a":"5\" pipe"}""")]
    [InlineData("a,b\n1\n2,3\n", """2! the record has 1 fields; the header names 2 columns|{"a":"2","b":"3"}""")]
    [InlineData("a,b\n\"x\ny\",1\nz\n", """{"a":"x\ny","b":"1"}|4! the record has 1 fields; the header names 2 columns""")]
    [InlineData("a,a\n1,2\n", "1! the header names the column 'a' 2 times; expected every name once")]
    [InlineData("a,b\n\"1\"x,2\n3,4\n", "2! text follows the closing quote of a field; expected a separator or a line end, with quotes inside a field doubled; nothing after it was read")]
    [InlineData("a,b\n\"1,2\n3,4\n", "2! the record that starts in this line has a quote that is never closed; nothing after it was read")]
    [InlineData("", "")]
    [InlineData("a,b", "")]
    public async Task CsvIsReadAsRfc4180(string csv, string rows) => Assert.Equal(rows, string.Join('|', await SourceRows.OfAsync("x.csv", csv)));

    [Theory]
    [InlineData("[{\"a\":1}, {\"a\":[2]} ]\n", """{"a":1}|{"a":[2]}""")]
    [InlineData("""{"version":"1.1","meta":{"tags":[1]},"data":[{"a":1},7],"end":null}""", """{"a":1}|7""")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    [InlineData("7", "1! the file holds a Number; expected an array of rows, or an object with one; nothing after it was read")]
    [InlineData("""{"a":1}""", "1! the file's object has no array; expected one with the rows; nothing after it was read")]
    [InlineData("""{"a":[1],"b":[2]}""", "1|2! the file's object has a second array, 'b'; expected one, with the rows; nothing after it was read")]
    [InlineData("""[{"a":1},{"a":""", "{\"a\":1}|2! the file is not valid JSON after row 1")]
    [InlineData("""[{"a":1}] x""", "{\"a\":1}|2! the file is not valid JSON after row 1")]
    [InlineData("""[{"a":1} {"a":2}]""", "{\"a\":1}|2! the file is not valid JSON after row 1")]
    public async Task JsonIsAnArrayOrAnObjectWithOne(string json, string rows) =>
        Assert.StartsWith(rows, string.Join('|', await SourceRows.OfAsync("x.json", json, SourceKinds.Json)), StringComparison.Ordinal);

    [Theory]
    [InlineData("text", "a\r\n\n b \nc", """{"text":"a"}|{"text":" b "}|{"text":"c"}""")]
    [InlineData("paragraphs", "a\r\nb\n\n\nc\n", """{"text":"a\nb"}|{"text":"c"}""")]
    [InlineData("tsv", "a\tb\n1,2\t3\n", """{"a":"1,2","b":"3"}""")]
    [InlineData("jsonl", "{}\n\n{}", "{}|2! the line is blank; expected a JSON object|{}")]
    public async Task TheKindCanBeNamed(string kind, string content, string rows) => Assert.Equal(rows, string.Join('|', await SourceRows.OfAsync("x", content, kind)));

    [Theory]
    [InlineData("csv", "1")]
    [InlineData("json", "[")]
    [InlineData("text", "1")]
    [InlineData("paragraphs", "1")]
    public async Task ARowThatIsTooLongIsOneProblem(string kind, string start)
    {
        var rows = await SourceRows.OfAsync("x", start == "[" ? $"[1,\"{new string('x', 5000)}\"]" : $"h\n\"{new string('x', 5000)}\"\n", kind, maxRowBytes: 1000);
        Assert.Single(rows, row => row.Contains("more than 1000 bytes", StringComparison.Ordinal));
        Assert.InRange(rows.Count, 1, 2);
    }

    [Theory]
    [InlineData("csv", "a\n")]
    [InlineData("text", "")]
    public async Task WhatIsNoUtf8IsToldByItsLine(string kind, string before)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(before + "good\n"), 0xC3, 0x28, (byte)'\n'];
        var rows = await SourceRows.OfAsync(RowSources.OfFile(SourceRows.File("x", bytes), kind));
        Assert.Equal(2, rows.Count);
        Assert.StartsWith($"{before.Length / 2 + 2}! the {(kind == "csv" ? "record" : "text")} is not valid UTF-8", rows[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.csv.gz", "a\n1\n", """{"a":"1"}""")]
    [InlineData("x.jsonl.gz", "{}\n{}", "{}|{}")]
    [InlineData("x.json.gz", "[1]", "1")]
    [InlineData("x", "{}\n", "{}")]
    public async Task GzipIsUnpackedOnTheWay(string name, string content, string rows) =>
        Assert.Equal(rows, string.Join('|', await SourceRows.OfAsync(RowSources.OfFile(SourceRows.File(name, Gzip(Encoding.UTF8.GetBytes(content)))))));

    [Fact]
    public async Task ADamagedGzipFileIsAProblemBehindItsGoodRows()
    {
        var random = new Random(1);
        var packed = Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50_000).Select(_ => $"{random.NextInt64()}\n"))));
        var rows = await SourceRows.OfAsync(RowSources.OfFile(SourceRows.File("x.txt.gz", [.. packed.Take(packed.Length / 2), .. new byte[1000]])));
        Assert.Contains("! the file is a damaged gzip file after row ", rows[^1], StringComparison.Ordinal);
        Assert.True(rows.Count > 1000);
    }

    [Fact]
    public async Task AGzipBombIsStopped()
    {
        var packed = Gzip(new byte[200_000_000]);
        var rows = await SourceRows.OfAsync(RowSources.OfFile(SourceRows.File("x.txt.gz", packed)));
        Assert.Contains("unpacks to more than 200 times its size", Assert.Single(rows), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jsonl", "{", "jsonl")]
    [InlineData("a.JSON", "[{}]", "json")]
    [InlineData("a.json", "{\"a\":1}\n{\"a\":2}\n", "jsonl")]
    [InlineData("a.json", "{\"data\":[{}]}\n", "json")]
    [InlineData("a.json", "{\n\"data\":[{}]}\n", "json")]
    [InlineData("a.csv", "{}", "csv")]
    [InlineData("a.tsv.gz", "x", "tsv")]
    [InlineData("a", "  [1]", "json")]
    [InlineData("a", "{}", "jsonl")]
    [InlineData("a.csv", "PAR1", "parquet")]
    [InlineData("a.bin", "ARROW1", "arrow")]
    [InlineData("a.txt", "x", "text")]
    public void TheKindIsToldByContentThenByName(string name, string head, string kind) => Assert.Equal(kind, SourceKinds.Of(name, Encoding.UTF8.GetBytes(head), headIsAll: true));

    [Fact]
    public async Task RenamedColumnsReplaceTheOnesInTheirWay()
    {
        IRowSource Source(string content) => new RenamedColumns(RowSources.OfFile(SourceRows.File("x.jsonl", content)), new Dictionary<string, string> { ["prompt"] = "q", ["text"] = "q", ["id"] = "n" });
        Assert.Equal(["""{"prompt":"a","text":"a","id":[1],"b":2}"""], await SourceRows.OfAsync(Source("""{"prompt":"old","q":"a","n":[1],"b":2}""")));
        Assert.Equal(["1! there is no column 'q', which is to be prompt; there is no column 'q', which is to be text; the row has n, x"], await SourceRows.OfAsync(Source("""{"n":1,"x":2}""")));
        Assert.Equal(["{", "[1]"], await SourceRows.OfAsync(Source("{\n[1]")));
    }

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(content);
        return packed.ToArray();
    }
}
