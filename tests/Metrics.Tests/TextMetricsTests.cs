using Platform.Metrics.Answers;
using Platform.Metrics.Summaries;
using Platform.Metrics.Transcripts;
using Platform.Metrics.Translation;

namespace Platform.Metrics.Tests;

public sealed class TextMetricsTests
{
    [Theory]
    [InlineData("exact_match", 1)]
    [InlineData("squad_f1", 100)]
    [InlineData("bleu", 100)]
    [InlineData("bleu_zh", 100)]
    [InlineData("chrf", 100)]
    [InlineData("chrf++", 100)]
    [InlineData("ter", 0)]
    [InlineData("rouge1", 1)]
    [InlineData("rouge2", 1)]
    [InlineData("rougeL", 1)]
    [InlineData("rougeLsum", 1)]
    [InlineData("rougeL_zh", 1)]
    [InlineData("wer", 0)]
    [InlineData("cer", 0)]
    [InlineData("accuracy", 1)]
    [InlineData("f1_macro", 1)]
    public void APerfectAnswerHasThePerfectScore(string metric, double perfect) =>
        Assert.Equal(perfect, MetricCatalog.Named(metric)(["one two three four five", "six seven eight nine"], [["one two three four five"], ["six seven eight nine"]]), 9);

    [Theory]
    [InlineData("exact_match", 0)]
    [InlineData("squad_f1", 0)]
    [InlineData("bleu", 0)]
    [InlineData("chrf", 0)]
    [InlineData("ter", 100)]
    [InlineData("meteor", 0)]
    [InlineData("rouge1", 0)]
    [InlineData("rougeL", 0)]
    [InlineData("rougeLsum", 0)]
    [InlineData("wer", 1)]
    [InlineData("cer", 1)]
    [InlineData("accuracy", 0)]
    public void AnEmptyAnswerHasTheWorstScore(string metric, double worst) => Assert.Equal(worst, MetricCatalog.Named(metric)([""], [["some words"]]));

    [Fact]
    public void EveryMetricRefusesNothing()
    {
        foreach (var name in MetricCatalog.Names) Assert.Throws<ArgumentException>(() => MetricCatalog.Named(name)([], []));
    }

    [Fact]
    public void AnUnknownMetricListsTheKnown()
    {
        var refusal = Assert.Throws<ArgumentException>(() => MetricCatalog.Named("blue"));
        Assert.Contains("'blue'", refusal.Message);
        foreach (var name in MetricCatalog.Names) Assert.Contains(name, refusal.Message);
    }

    [Fact]
    public void UnknownTokenizersAndSmoothingsListTheKnown()
    {
        Assert.Contains("13a, char, intl, none, zh", Assert.Throws<ArgumentException>(() => new Bleu { Tokenizer = "ja" }.Sentence("a", ["a"])).Message);
        Assert.Contains("add-k, exp, floor, none", Assert.Throws<ArgumentException>(() => BleuSmoothing.Named("more")).Message);
    }

    [Fact]
    public void NumbersThatAreNoneAreNamed() => Assert.Contains("'two' at position 1", Assert.Throws<ArgumentException>(() => MetricCatalog.Named("pearson")(["1", "two"], [["1"], ["2"]])).Message);

    [Fact]
    public void TheBestReferenceCounts() => Assert.Equal(1, MetricCatalog.Named("rouge1")(["a b"], [["c d", "a b"]]));

    [Fact]
    public void AMetricOfOneReferenceRefusesTwo() => Assert.Contains("references[0] has 2 entries", Assert.Throws<ArgumentException>(() => MetricCatalog.Named("wer")(["a"], [["a", "b"]])).Message);

    [Fact]
    public void CharactersAreCodePoints()
    {
        Assert.Equal(0.5, ErrorRates.OfCharacters.Add(["😀a"], ["😀😁"]).ErrorRate);
        Assert.Equal("😀 😁", BleuTokenizers.Named("char")("😀😁"));
        Assert.Equal("hi 😀 😁", BleuTokenizers.Named("intl")("hi😀😁"));
    }

    [Fact]
    public void ErrorRatesOfNothingAreNoNumber() => Assert.True(double.IsNaN(ErrorRates.OfWords.Add([""], [""]).ErrorRate));

    [Fact]
    public void AShiftCostsOneEdit() => Assert.Equal(100 / 6.0, new Ter().Sentence("d e f a b c", ["a b c d e f"]), 9);

    [Fact]
    public void TerOfALongTextEnds() => Assert.InRange(new Ter().Sentence(string.Join(' ', Enumerable.Range(0, 150).Select(i => i % 7)), [string.Join(' ', Enumerable.Range(0, 150).Select(i => i % 5))]), 1, 100);

    [Fact]
    public void TheOrderOfEditsDoesNotChangeTheirNumber()
    {
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            string[] left = Word(), right = Word();
            var (there, back) = (Edits.Between(left, right), Edits.Between(right, left));
            Assert.Equal(there.Errors, back.Errors);
            Assert.Equal((left.Length, right.Length), (there.Reference, there.Hypothesis));
        }

        string[] Word() => [.. Enumerable.Range(0, random.Next(9)).Select(_ => random.Next(3).ToString())];
    }

    [Fact]
    public void AnAnswerOfArticlesAloneIsAMatchWithoutF1InTheFirstSquadOnly()
    {
        Assert.Equal((1, 0), SquadV1.ScoreOne("the", ["a"]));
        Assert.Equal(100, SquadV2.Score([new SquadQuestion("the", ["a"])]).All!.F1);
    }

    [Fact]
    public void SquadWithoutUnanswerableQuestionsHasNoScoreForThem() => Assert.Null(SquadV2.Score([new SquadQuestion("x", ["x"])]).WithoutAnswer);

    [Fact]
    public void RougeByWordsDropsOtherScripts() => Assert.Empty(RougeTokenizers.Words("今天天气很好。"));
}
