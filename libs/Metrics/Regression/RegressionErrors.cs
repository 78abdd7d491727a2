namespace Platform.Metrics.Regression;

/// <summary>
/// Mean squared and absolute error, and R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)². Differs from scikit-learn: none (constant labels give R² 1 if all are
/// met, else 0).
/// </summary>
public static class RegressionErrors
{
    public static double MeanSquared(IReadOnlyList<double> predictions, IReadOnlyList<double> labels)
    {
        Pairs.Check(predictions.Count, labels.Count);
        return predictions.Zip(labels).Average(pair => (pair.First - pair.Second) * (pair.First - pair.Second));
    }

    public static double MeanAbsolute(IReadOnlyList<double> predictions, IReadOnlyList<double> labels)
    {
        Pairs.Check(predictions.Count, labels.Count);
        return predictions.Zip(labels).Average(pair => Math.Abs(pair.First - pair.Second));
    }

    /// <summary>At most 1; NaN for a single sample.</summary>
    public static double RSquared(IReadOnlyList<double> predictions, IReadOnlyList<double> labels)
    {
        var error = MeanSquared(predictions, labels) * labels.Count;
        if (labels.Count < 2) return double.NaN;
        var mean = labels.Average();
        var spread = labels.Sum(label => (label - mean) * (label - mean));
        if (spread == 0) return error == 0 ? 1 : 0;
        return 1 - (error / spread);
    }
}
