namespace Platform.Metrics.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void ExactMatchCountsEqualPairs() => Assert.Equal(0.5, ExactMatch.Score(["a", "B"], ["a", "b"]));

    [Fact]
    public void ExactMatchOverlooksWhatItIsTold() =>
        Assert.Equal(1, ExactMatch.Score(["The cat 1!"], ["the cat"], new ExactMatchOptions { IgnoreCase = true, IgnorePunctuation = true, IgnoreNumbers = true, IgnoreSurroundingSpace = true }));

    [Fact]
    public void AMetricOfNothingIsRefused() => Assert.Throws<ArgumentException>(() => ExactMatch.Score([], []));

    [Fact]
    public void TokenAccuracyLeavesIgnoredLabelsOut()
    {
        var accuracy = new TokenAccuracy();
        accuracy.Add([1, 2, 3, 4], [-100, 2, 9, 4]);
        accuracy.Add([7], [-100]);
        Assert.Equal((2, 3), (accuracy.Correct, accuracy.Count));
    }

    [Fact]
    public void PerplexityWeighsTokensOrRows()
    {
        var perplexity = new Perplexity();
        perplexity.Add(Math.Log(2) * 1, 1);
        perplexity.Add(Math.Log(8) * 3, 3);
        Assert.Equal(Math.Exp((Math.Log(2) + (3 * Math.Log(8))) / 4), perplexity.Corpus, 12);
        Assert.Equal(5, perplexity.MeanOfRows, 12);
    }
}
