namespace Platform.Metrics.Regression;

/// <summary>
/// Pearson's r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² Σ(y − ȳ)²); Spearman's ρ is r of the ranks, ties at their mean rank (Spearman, 1904).
/// The two-sided p-value under no correlation is I_{1−r²}((n − 2)/2, 1/2), Student's t with n − 2 degrees of freedom.
/// Differs from scipy's <c>pearsonr</c> and <c>spearmanr</c>: none.
/// </summary>
public static class Correlation
{
    /// <summary>Between -1 and 1; NaN if one side never varies.</summary>
    public static double Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Pairs.Check(x.Count, y.Count);
        var (meanX, meanY) = (x.Average(), y.Average());
        double xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Count; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            (xy, xx, yy) = (xy + (dx * dy), xx + (dx * dx), yy + (dy * dy));
        }

        var spread = Math.Sqrt(xx) * Math.Sqrt(yy);
        return spread == 0 ? double.NaN : Math.Clamp(xy / spread, -1, 1);
    }

    /// <inheritdoc cref="Pearson"/>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Pairs.Check(x.Count, y.Count);
        return Pearson(Ranks.Of(x), Ranks.Of(y));
    }

    /// <summary>How likely so strong a correlation is by chance; NaN below three samples.</summary>
    public static double PValue(double correlation, int samples) =>
        samples < 3 || double.IsNaN(correlation) ? double.NaN : IncompleteBeta.Regularized((samples - 2) / 2.0, 0.5, 1 - (correlation * correlation));
}
