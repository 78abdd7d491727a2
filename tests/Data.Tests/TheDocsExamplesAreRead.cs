using System.Text;
using System.Text.RegularExpressions;
using Platform.Data.Formats;
using Platform.Data.Sources;
using Platform.Data.Tests.Sources;
using Platform.Testing;

namespace Platform.Data.Tests;

/// <summary>docs/datasets.md names every kind of file and every format, with an example that is read here.</summary>
public sealed partial class TheDocsExamplesAreRead
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "datasets.md"));

    public static TheoryData<string, string, int, string> Examples => [.. Example().Matches(Page).Select(match =>
        new TheoryDataRow<string, string, int, string>(match.Groups[1].Value, match.Groups[2].Value, int.Parse(match.Groups[3].Value), match.Groups[4].Value))];

    [Theory, MemberData(nameof(Examples))]
    public async Task AnExampleHasTheRowsItSays(string kind, string format, int rows, string content)
    {
        var reader = new RowReader(RowFormats.Get(format));
        var read = 0;
        await foreach (var _ in reader.ReadAsync(RowSources.OfFile(SourceRows.File("example", Encoding.UTF8.GetBytes(content)), kind), TestContext.Current.CancellationToken)) read++;
        Assert.Empty(reader.Report.Problems);
        Assert.Equal(rows, read);
    }

    [Fact]
    public void EveryFormatAndEveryKindOfTextHasAnExample()
    {
        var examples = Example().Matches(Page);
        Assert.Equal(RowFormats.Names, examples.Select(match => match.Groups[2].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(SourceKinds.Names.Except([SourceKinds.Parquet, SourceKinds.Arrow, SourceKinds.AudioFolder]), examples.Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.All(SourceKinds.Names, kind => Assert.Contains($"`{kind}`", Page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"<!-- example: (\S+) (\S+) (\d+) -->\n```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
