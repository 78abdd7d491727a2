using Platform.Testing;

namespace Platform.Metrics.Tests;

public sealed class MetricScalesTests
{
    private static readonly Dictionary<string, MetricScale> OfRange = new() { ["0–1"] = MetricScale.Share, ["0–100"] = MetricScale.Percent, ["-1–1"] = MetricScale.Number };

    /// <summary>Metric by metric, as the table in <c>docs/metrics.md</c> has them; ranges without an end tell no scale.</summary>
    [Fact]
    public void ARangeInTheDocumentationIsTheScale()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs", "metrics.md")).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Where(cells => cells.Length > 3 && OfRange.ContainsKey(cells[3]));
        var named = rows.SelectMany(cells => cells[2].Split('`').Where(FormatMetrics.Names.Contains).Select(name => (name, OfRange[cells[3]]))).ToList();
        Assert.True(named.Count > 15, $"{named.Count} names found");
        Assert.All(named, item => Assert.Equal(item.Item2, MetricScales.Of(item.name)));
    }

    [Theory]
    [InlineData("accuracy", 0.6333, "63.3 %")]
    [InlineData("squad_v2_f1", 92.04, "92.0 %")]
    [InlineData("wer", 1.25, "125.0 %")]
    [InlineData("ter", 125.0, "125.0 %")]
    [InlineData("perplexity", 1.5519, "1.552")]
    [InlineData("pearson", -0.25, "-0.250")]
    [InlineData("mean_squared_error", 12.5, "12.500")]
    public void PeopleReadAShareAndPercentsAlike(string metric, double value, string text) => Assert.Equal(text, MetricScales.Text(metric, value));
}
