namespace Platform.FineTuning.Analysis;

/// <summary>The usual size of the last values and how much they scatter, by the median, which single outliers do not move.</summary>
internal readonly record struct Level(double Median, double Deviation)
{
    /// <summary>Makes the median absolute deviation of normal numbers their standard deviation.</summary>
    private const double ToStandard = 1.4826;

    public static Level Of(IEnumerable<double> values)
    {
        var all = values.Where(double.IsFinite).Order().ToList();
        if (all.Count == 0) return new(double.NaN, double.NaN);
        var middle = Middle(all);
        return new(middle, ToStandard * Middle([.. all.Select(value => Math.Abs(value - middle)).Order()]));
    }

    private static double Middle(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}
