namespace Platform.Metrics.Classification;

/// <summary>
/// The mean recall of the classes that have samples; Brodersen et al., "The balanced accuracy and its posterior distribution", 2010.
/// Differs from scikit-learn's <c>balanced_accuracy_score</c>: none.
/// </summary>
public static class BalancedAccuracy
{
    public static double Of<TLabel>(ConfusionMatrix<TLabel> matrix) where TLabel : notnull, IComparable<TLabel> =>
        matrix.PerClass.Where(counts => counts.Labelled > 0).Average(counts => counts.Recall);
}
