namespace Platform.Metrics.Classification;

/// <summary>
/// How far stated probabilities lie from what happened: log loss −mean ln p(label), Brier score mean (p − y)² (Brier, 1950), and whether the
/// label is among the k likeliest classes. Differs from scikit-learn: none; of equal probabilities the later class counts as likelier, as there.
/// </summary>
public static class ProbabilityErrors
{
    /// <param name="probabilities">Of the positive class; clipped to [ε, 1 − ε] with the double's ε = 2⁻⁵².</param>
    public static double LogLoss(IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels)
    {
        Pairs.Check(probabilities.Count, labels.Count);
        const double epsilon = 2.220446049250313e-16; // 2^-52
        return -probabilities.Zip(labels).Average(pair => Math.Log(pair.Second ? Math.Clamp(pair.First, epsilon, 1 - epsilon) : 1 - Math.Clamp(pair.First, epsilon, 1 - epsilon)));
    }

    /// <param name="probabilities">Of the positive class.</param>
    public static double Brier(IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels)
    {
        Pairs.Check(probabilities.Count, labels.Count);
        return probabilities.Zip(labels).Average(pair => Math.Pow(pair.First - (pair.Second ? 1 : 0), 2));
    }

    /// <param name="probabilities">[samples][classes]</param>
    public static double TopAccuracy(IReadOnlyList<IReadOnlyList<double>> probabilities, IReadOnlyList<int> labels, int k)
    {
        Probabilities.Check(probabilities, labels);
        if (k < 1) throw new ArgumentOutOfRangeException(nameof(k), k, "k must be at least 1.");
        return probabilities.Zip(labels).Count(pair => Likelier(pair.First, pair.Second) < k) / (double)labels.Count;
    }

    private static int Likelier(IReadOnlyList<double> row, int label) => row.Index().Count(item => item.Item > row[label] || (item.Item.Equals(row[label]) && item.Index > label));
}
