using Platform.Metrics.Classification;
using Platform.Metrics.Likelihoods;
using Platform.Metrics.Regression;
using Platform.Metrics.Sequences;

namespace Platform.Metrics.Tests;

public sealed class CountedMetricsTests
{
    [Fact]
    public void TiedScoresCountHalf()
    {
        Assert.Equal(0.5, RocAuc.Binary([0.3, 0.3, 0.3, 0.3], [true, false, true, false]));
        Assert.Equal(1, RocAuc.Binary([0.1, 0.9], [false, true]));
    }

    [Fact]
    public void ARocCurveOfOneClassIsRefused() => Assert.Throws<ArgumentException>(() => RocAuc.Binary([0.1, 0.9], [true, true]));

    [Fact]
    public void RanksOfTiesAreTheirMean() => Assert.Equal(1, Correlation.Spearman([1, 2, 2, 3], [10, 20, 20, 70]), 12);

    [Fact]
    public void AConstantHasNoCorrelation() => Assert.True(double.IsNaN(Correlation.Pearson([1, 1, 1], [1, 2, 3])));

    [Fact]
    public void ThePValueOfChanceIsOneAndOfALineNothing()
    {
        Assert.Equal(1, Correlation.PValue(0, 10), 12);
        Assert.Equal(0, Correlation.PValue(1, 10), 12);
        Assert.Equal(0.5, IncompleteBeta.Regularized(3, 3, 0.5), 12);
        Assert.Equal(0.25 * 0.25, IncompleteBeta.Regularized(2, 1, 0.25), 12); // I_x(a, 1) = x^a
    }

    [Fact]
    public void AClassThatNeverOccursScoresZero() => Assert.Equal(default, new ClassCounts(0, 0, 0).Scores);

    [Fact]
    public void TheLaterOfTwoEquallyLikelyClassesCountsAsLikelier()
    {
        Assert.Equal(1, ProbabilityErrors.TopAccuracy([[0.5, 0.5]], [1], 1));
        Assert.Equal(0, ProbabilityErrors.TopAccuracy([[0.5, 0.5]], [0], 1));
    }

    [Fact]
    public void LabelsBeyondTheClassesAreNamed() => Assert.Contains("labels[0] is 2", Assert.Throws<ArgumentException>(() => ProbabilityErrors.TopAccuracy([[0.5, 0.5]], [2], 1)).Message);

    [Fact]
    public void ATagThatBreaksTheSchemeCountsOnlyLeniently()
    {
        string[] tags = ["O", "I-PER", "I-PER", "B-LOC"];
        Assert.Equal([new Entity("PER", 0, 1, 2), new Entity("LOC", 0, 3, 3)], TagScheme.Named("lenient").Entities(tags));
        Assert.Equal([new Entity("LOC", 0, 3, 3)], TagScheme.Named("IOB2").Entities(tags));
        Assert.Empty(TagScheme.Named("iobes").Entities(["B-PER", "I-PER", "O"]));
    }

    [Fact]
    public void AnUnknownSchemeOrTagIsRefused()
    {
        Assert.Contains("iob2, iobes, lenient", Assert.Throws<ArgumentException>(() => TagScheme.Named("bio")).Message);
        Assert.Throws<ArgumentException>(() => TagScheme.Named("iob2").Entities(["E-PER"]));
        Assert.Throws<ArgumentException>(() => TagScheme.Named("lenient").Entities([""]));
    }

    [Fact]
    public void TheFirstOfEquallyLikelyChoicesIsPicked() => Assert.Equal(0, MultipleChoice.Pick([new Choice("a", -1, 1), new Choice("b", -1, 1)], "acc"));

    [Fact]
    public void NormsDivideByCharactersBytesOrTokens()
    {
        Choice[] choices = [new("ab", -2, 1), new("北", -1.5, 1)];
        Assert.Equal((1, 0, 1), (MultipleChoice.Pick(choices, "acc"), MultipleChoice.Pick(choices, "acc_norm"), MultipleChoice.Pick(choices, "acc_bytes")));
        Assert.Throws<ArgumentException>(() => MultipleChoice.Pick(choices, "acc_words"));
        Assert.Throws<ArgumentException>(() => MultipleChoice.Pick([new Choice("", -1, 1)], "acc_norm"));
    }

    [Theory]
    [InlineData(1, 10, 1)]
    [InlineData(10, 10, 1)]
    [InlineData(25, 10, 1)]
    [InlineData(25, 10, 4)]
    [InlineData(25, 1, 1)]
    public void WindowsPredictEveryTokenOnceAndFitTheModel(int tokens, int length, int context)
    {
        int[] document = [.. Enumerable.Range(100, tokens)];
        var windows = RollingWindows.Of(document, prefix: 7, length, context).ToList();
        Assert.Equal(document, windows.SelectMany(window => window.Continuation));
        Assert.All(windows, window => Assert.InRange(window.Context.Count + window.Continuation.Count - 1, 1, length));
        Assert.All(windows.Skip(1), window => Assert.True(window.Context.Count >= context));
        Assert.Equal([7], windows[0].Context);
    }

    [Fact]
    public void AnEmptyDocumentHasNoWindows() => Assert.Empty(RollingWindows.Of([], prefix: 7, length: 4));

    [Fact]
    public void AUniformGuessOfBytesTakesEightBits()
    {
        var document = new DocumentPerplexity();
        document.Add("字 ab", -6 * Math.Log(256)); // 3 + 1 + 2 bytes
        Assert.Equal(8, document.BitsPerByte, 12);
        Assert.Equal(256, document.PerByte, 9);
        Assert.Equal(2, document.Words);
    }
}
