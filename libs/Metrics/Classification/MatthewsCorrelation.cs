namespace Platform.Metrics.Classification;

/// <summary>
/// MCC = (c·s − Σ p_k t_k) / √((s² − Σ p_k²)(s² − Σ t_k²)) with c hits among s samples, p_k predicted and t_k labelled k;
/// Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004. Differs from the paper: 0 instead of 0/0
/// where one side never varies, as scikit-learn has it.
/// </summary>
public static class MatthewsCorrelation
{
    /// <summary>Between -1 and 1.</summary>
    public static double Of<TLabel>(ConfusionMatrix<TLabel> matrix) where TLabel : notnull, IComparable<TLabel>
    {
        var classes = matrix.PerClass;
        double samples = matrix.Samples;
        var covariance = (matrix.Correct * samples) - classes.Sum(counts => (double)counts.Predicted * counts.Labelled);
        var predicted = (samples * samples) - classes.Sum(counts => (double)counts.Predicted * counts.Predicted);
        var labelled = (samples * samples) - classes.Sum(counts => (double)counts.Labelled * counts.Labelled);
        return predicted * labelled == 0 ? 0 : covariance / Math.Sqrt(predicted * labelled);
    }
}
