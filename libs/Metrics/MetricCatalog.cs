using System.Collections.Frozen;
using System.Globalization;
using Platform.Metrics.Answers;
using Platform.Metrics.Classification;
using Platform.Metrics.Regression;
using Platform.Metrics.Summaries;
using Platform.Metrics.Transcripts;
using Platform.Metrics.Translation;

namespace Platform.Metrics;

/// <summary>Scores many predictions, each against its references, with one number.</summary>
public delegate double TextMetric(IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references);

/// <summary>The metrics of texts by name, as an evaluation suite asks for them. Ranges are the reference libraries': see docs/metrics.md.</summary>
public static class MetricCatalog
{
    private static readonly FrozenDictionary<string, TextMetric> ByName = new Dictionary<string, TextMetric>
    {
        ["exact_match"] = AnyMatch,
        ["squad_exact_match"] = (mine, theirs) => SquadV1.Score(mine, theirs).ExactMatch,
        ["squad_f1"] = (mine, theirs) => SquadV1.Score(mine, theirs).F1,
        ["squad_v2_exact_match"] = (mine, theirs) => Questions(mine, theirs).Exact,
        ["squad_v2_f1"] = (mine, theirs) => Questions(mine, theirs).F1,
        ["bleu"] = (mine, theirs) => new Bleu().Corpus(mine, theirs).Score,
        ["bleu_zh"] = (mine, theirs) => new Bleu { Tokenizer = "zh" }.Corpus(mine, theirs).Score,
        ["chrf"] = (mine, theirs) => new Chrf().Corpus(mine, theirs),
        ["chrf++"] = (mine, theirs) => new Chrf { WordOrder = 2 }.Corpus(mine, theirs),
        ["ter"] = (mine, theirs) => new Ter().Corpus(mine, theirs),
        ["meteor"] = Best(new Meteor().Score),
        ["rouge1"] = Best((mine, theirs) => Rouge.NGrams(mine, theirs, 1).F1),
        ["rouge2"] = Best((mine, theirs) => Rouge.NGrams(mine, theirs, 2).F1),
        ["rougeL"] = Best((mine, theirs) => Rouge.LongestSequence(mine, theirs).F1),
        ["rougeLsum"] = Best((mine, theirs) => Rouge.SequencePerSentence(mine, theirs).F1),
        ["rougeL_zh"] = Best((mine, theirs) => new Rouge(RougeTokenizers.Characters).LongestSequence(mine, theirs).F1),
        ["wer"] = Single((mine, theirs) => ErrorRates.OfWords.Add(mine, theirs).ErrorRate),
        ["cer"] = Single((mine, theirs) => ErrorRates.OfCharacters.Add(mine, theirs).ErrorRate),
        ["accuracy"] = Labels(matrix => matrix.Accuracy),
        ["balanced_accuracy"] = Labels(BalancedAccuracy.Of),
        ["f1_micro"] = Labels(matrix => Averages.Micro(matrix.PerClass).F1),
        ["f1_macro"] = Labels(matrix => Averages.Macro(matrix.PerClass).F1),
        ["f1_weighted"] = Labels(matrix => Averages.Weighted(matrix.PerClass).F1),
        ["precision_micro"] = Labels(matrix => Averages.Micro(matrix.PerClass).Precision),
        ["precision_macro"] = Labels(matrix => Averages.Macro(matrix.PerClass).Precision),
        ["precision_weighted"] = Labels(matrix => Averages.Weighted(matrix.PerClass).Precision),
        ["recall_micro"] = Labels(matrix => Averages.Micro(matrix.PerClass).Recall),
        ["recall_macro"] = Labels(matrix => Averages.Macro(matrix.PerClass).Recall),
        ["recall_weighted"] = Labels(matrix => Averages.Weighted(matrix.PerClass).Recall),
        ["matthews_correlation"] = Labels(MatthewsCorrelation.Of),
        ["cohen_kappa"] = Labels(CohenKappa.Of),
        ["pearson"] = Numbers(Correlation.Pearson),
        ["spearman"] = Numbers(Correlation.Spearman),
        ["mean_squared_error"] = Numbers(RegressionErrors.MeanSquared),
        ["mean_absolute_error"] = Numbers(RegressionErrors.MeanAbsolute),
        ["r2"] = Numbers(RegressionErrors.RSquared),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    private static Rouge Rouge => new(RougeTokenizers.Words);

    /// <exception cref="ArgumentException">There is no such metric.</exception>
    public static TextMetric Named(string name) => ByName.TryGetValue(name, out var metric)
        ? metric
        : throw new ArgumentException($"There is no metric '{name}'. Known: {string.Join(", ", Names)}.", nameof(name));

    private static double AnyMatch(IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairs.Check(predictions.Count, references.Count);
        var options = new ExactMatchOptions();
        return predictions.Zip(references).Count(pair => pair.Second.Any(reference => ExactMatch.IsMatch(pair.First, reference, options))) / (double)predictions.Count;
    }

    // Questions without references have no answer.
    private static SquadPart Questions(IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairs.Check(predictions.Count, references.Count);
        return SquadV2.Score([.. predictions.Zip(references, (prediction, answers) => new SquadQuestion(prediction, answers))]).All!;
    }

    // The mean over samples of the best reference's score.
    private static TextMetric Best(Func<string, string, double> score) => (predictions, references) =>
    {
        Pairs.Check(predictions.Count, references.Count);
        if (references.Any(its => its.Count == 0)) throw new ArgumentException("a prediction has no references; expected at least one for each.", nameof(references));
        return predictions.Zip(references).Average(pair => pair.Second.Max(reference => score(pair.First, reference)));
    };

    private static TextMetric Single(Func<IReadOnlyList<string>, IReadOnlyList<string>, double> score) => (predictions, references) =>
    {
        Pairs.Check(predictions.Count, references.Count);
        var several = references.Index().FirstOrDefault(item => item.Item.Count != 1, (-1, []));
        if (several.Index >= 0) throw new ArgumentException($"references[{several.Index}] has {several.Item.Count} entries; this metric expects exactly one.", nameof(references));
        return score(predictions, [.. references.Select(its => its[0])]);
    };

    private static TextMetric Labels(Func<ConfusionMatrix<string>, double> score) => Single((predictions, labels) => score(new ConfusionMatrix<string>(predictions, labels)));

    private static TextMetric Numbers(Func<IReadOnlyList<double>, IReadOnlyList<double>, double> score) => Single((predictions, labels) => score(Parsed(predictions), Parsed(labels)));

    private static List<double> Parsed(IEnumerable<string> texts) => [.. texts.Select((text, i) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new ArgumentException($"'{text}' at position {i} is no number; this metric expects numbers."))];
}
