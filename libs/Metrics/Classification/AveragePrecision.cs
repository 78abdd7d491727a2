namespace Platform.Metrics.Classification;

/// <summary>
/// AP = Σ (R_n − R_{n−1}) P_n over the distinct scores from high to low, without interpolation.
/// Differs from scikit-learn's <c>average_precision_score</c>: none.
/// </summary>
public static class AveragePrecision
{
    /// <summary>Between 0 and 1; 0 without positive samples.</summary>
    public static double Of(IReadOnlyList<double> scores, IReadOnlyList<bool> labels)
    {
        Pairs.Check(scores.Count, labels.Count);
        var positives = labels.Count(label => label);
        if (positives == 0) return 0;
        double area = 0;
        int hits = 0, seen = 0;
        foreach (var tied in scores.Zip(labels).GroupBy(pair => pair.First).OrderByDescending(group => group.Key))
        {
            var found = tied.Count(pair => pair.Second);
            (hits, seen) = (hits + found, seen + tied.Count());
            area += (double)found / positives * hits / seen;
        }

        return area;
    }
}
