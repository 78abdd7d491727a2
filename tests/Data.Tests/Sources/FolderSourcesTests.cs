using System.Text;
using Platform.Data.Sources;

namespace Platform.Data.Tests.Sources;

public sealed class FolderSourcesTests
{
    private static readonly SourceFile Wave = SourceRows.File("a.wav", "RIFF1234WAVE");

    [Fact]
    public async Task FilesAreReadInTheOrderOfTheirNamesAndProblemsNameTheFile()
    {
        var folder = RowSources.OfFolder([SourceRows.File("b.csv", "a\n2,3\n"), SourceRows.File("a.jsonl", """{"a":1}"""), SourceRows.File("README.md", "hi"), SourceRows.File(".hidden.csv", "x"), SourceRows.File("c", "{}")]);
        Assert.Equal(["""{"a":1}""", "b.csv2! the record has 2 fields; the header names 1 columns"], await SourceRows.OfAsync(folder!));
    }

    [Fact]
    public void AFolderWithoutRowsIsNone() => Assert.Null(RowSources.OfFolder([SourceRows.File("README.md", "hi")]));

    [Fact]
    public async Task TextFilesOfAFolderAreReadWhenTheKindIsNamed() =>
        Assert.Equal(["""{"text":"hi"}"""], await SourceRows.OfAsync(RowSources.OfFolder([SourceRows.File("a.txt", "hi")], "text")!));

    [Fact]
    public async Task RecordingsComeWithTheTranscriptBesideThem()
    {
        var folder = RowSources.OfFolder([SourceRows.File("b.wav", "RIFF"), Wave, SourceRows.File("a.txt", " hello\n")]);
        Assert.Equal(
            [$$"""{"audio":{"path":"a.wav","bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes("RIFF1234WAVE"))}}"},"text":"hello"}""", "2! there is no b.txt beside b.wav, nor a metadata.csv or metadata.jsonl"],
            await SourceRows.OfAsync(folder!));
    }

    [Theory]
    [InlineData("metadata.csv", "file_name,transcription\na.wav,hello\nno.wav,x\n../a.wav,x\n", 3)]
    [InlineData("metadata.jsonl", "{\"file_name\":\"a.wav\",\"text\":\"hello\"}\n{\"file_name\":\"no.wav\",\"text\":\"x\"}\n{\"file_name\":\"../a.wav\",\"text\":\"x\"}\n", 2)]
    public async Task RecordingsAreTakenFromTheListThatNamesThem(string name, string list, int line)
    {
        var rows = await SourceRows.OfAsync(RowSources.OfFolder([Wave, SourceRows.File(name, list)])!);
        Assert.StartsWith("""{"audio":{"path":"a.wav","bytes":""", rows[0], StringComparison.Ordinal);
        Assert.EndsWith("""},"text":"hello"}""", rows[0], StringComparison.Ordinal);
        Assert.Equal([$"{line}! file_name is 'no.wav'; there is no such file in the dataset's folder", $"{line + 1}! file_name is '../a.wav'; there is no such file in the dataset's folder"], rows.Skip(1));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"file_name":7,"text":"x"}""")]
    [InlineData("""{"file_name":"\ud800","text":"x"}""")]
    public async Task AListWithoutNamesOrTranscriptsIsAProblem(string row) =>
        Assert.Contains("needs file_name and text or transcription", Assert.Single(await SourceRows.OfAsync(RowSources.OfFolder([Wave, SourceRows.File("metadata.jsonl", row)])!)), StringComparison.Ordinal);

    [Fact]
    public async Task ARecordingThatIsTooLongIsAProblem()
    {
        var folder = RowSources.OfFolder([SourceRows.File("a.wav", new byte[5000]), SourceRows.File("a.txt", "hi")]);
        Assert.Equal(["1! a.wav has more than 1000 bytes; cut it into shorter recordings"], await SourceRows.OfAsync(folder!, maxRowBytes: 1000));
    }
}
