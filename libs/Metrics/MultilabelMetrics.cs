using System.Collections.Frozen;
using Platform.Metrics.Classification;

namespace Platform.Metrics;

/// <summary>The metrics of texts that have any number of labels, by name, as an evaluation suite asks for them.</summary>
public static class MultilabelMetrics
{
    private static readonly FrozenDictionary<string, Func<MultilabelScores, double>> ByName = new Dictionary<string, Func<MultilabelScores, double>>
    {
        ["subset_accuracy"] = scores => scores.SubsetAccuracy,
        ["hamming_loss"] = scores => scores.HammingLoss,
        ["f1_samples"] = scores => scores.Samples.F1,
        ["f1_micro"] = scores => Averages.Micro(scores.PerLabel).F1,
        ["f1_macro"] = scores => Averages.Macro(scores.PerLabel).F1,
        ["f1_weighted"] = scores => Averages.Weighted(scores.PerLabel).F1,
        ["precision_micro"] = scores => Averages.Micro(scores.PerLabel).Precision,
        ["precision_macro"] = scores => Averages.Macro(scores.PerLabel).Precision,
        ["recall_micro"] = scores => Averages.Micro(scores.PerLabel).Recall,
        ["recall_macro"] = scores => Averages.Macro(scores.PerLabel).Recall,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <param name="predictions">the labels each text was given</param>
    /// <param name="references">the labels each text has</param>
    /// <param name="labels">all labels there are</param>
    /// <exception cref="ArgumentException">There is no such metric, or the lists differ in length or are empty.</exception>
    public static double Score(string name, IReadOnlyList<IReadOnlyList<string>> predictions, IReadOnlyList<IReadOnlyList<string>> references, IReadOnlyList<string> labels)
    {
        if (!ByName.TryGetValue(name, out var score)) throw new ArgumentException($"There is no metric '{name}' of several labels. Known: {string.Join(", ", Names)}.", nameof(name));
        return score(new MultilabelScores(Marks(predictions), Marks(references)));

        List<IReadOnlyList<bool>> Marks(IReadOnlyList<IReadOnlyList<string>> rows) => [.. rows.Select(row => labels.Select(row.Contains).ToList())];
    }
}
