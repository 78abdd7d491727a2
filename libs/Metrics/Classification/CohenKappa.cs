namespace Platform.Metrics.Classification;

/// <summary>
/// κ = (p_o − p_e) / (1 − p_e): agreement beyond what chance gives; Cohen, "A coefficient of agreement for nominal scales", 1960.
/// Differs from the paper: NaN where chance explains everything (one class on both sides), as scikit-learn has it.
/// </summary>
public static class CohenKappa
{
    public static double Of<TLabel>(ConfusionMatrix<TLabel> matrix) where TLabel : notnull, IComparable<TLabel>
    {
        double samples = matrix.Samples;
        var chance = matrix.PerClass.Sum(counts => counts.Predicted * counts.Labelled / (samples * samples));
        return (matrix.Accuracy - chance) / (1 - chance);
    }
}
