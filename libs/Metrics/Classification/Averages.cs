namespace Platform.Metrics.Classification;

/// <summary>
/// One precision, recall and F1 for several classes. Micro: of the summed counts. Macro: the plain mean over classes. Weighted: the mean
/// by support. Differs from scikit-learn's <c>precision_recall_fscore_support</c>: none (<c>zero_division=0</c>).
/// </summary>
public static class Averages
{
    public static PrecisionRecall Micro(IReadOnlyList<ClassCounts> classes) =>
        new ClassCounts(classes.Sum(counts => counts.Hits), classes.Sum(counts => counts.Predicted), classes.Sum(counts => counts.Labelled)).Scores;

    /// <summary>0 without classes.</summary>
    public static PrecisionRecall Macro(IReadOnlyList<ClassCounts> classes) => Mean(classes, _ => 1);

    /// <summary>0 without any support.</summary>
    public static PrecisionRecall Weighted(IReadOnlyList<ClassCounts> classes) => Mean(classes, counts => counts.Labelled);

    private static PrecisionRecall Mean(IReadOnlyList<ClassCounts> classes, Func<ClassCounts, double> weight)
    {
        var total = classes.Sum(weight);
        return total == 0 ? default : new PrecisionRecall(Of(counts => counts.Precision), Of(counts => counts.Recall), Of(counts => counts.F1));

        double Of(Func<ClassCounts, double> score) => classes.Sum(counts => weight(counts) * score(counts)) / total;
    }
}
