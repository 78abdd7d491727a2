namespace Platform.Metrics.Classification;

/// <summary>
/// precision = hits / predicted, recall = hits / labelled, F_β = (1 + β²) · hits / (β² · labelled + predicted);
/// van Rijsbergen, Information Retrieval, 1979. A share of nothing is 0, as scikit-learn has it with <c>zero_division=0</c>.
/// </summary>
/// <param name="Hits">Samples of the class that were taken for it.</param>
/// <param name="Predicted">Samples that were taken for it.</param>
/// <param name="Labelled">Samples of it: the class' support.</param>
public readonly record struct ClassCounts(long Hits, long Predicted, long Labelled)
{
    public double Precision => Share(Hits, Predicted);

    public double Recall => Share(Hits, Labelled);

    public double F1 => FBeta(1);

    /// <param name="beta">How many times as much recall weighs as precision.</param>
    public double FBeta(double beta) => Share((1 + (beta * beta)) * Hits, (beta * beta * Labelled) + Predicted);

    /// <summary>Precision, recall and F1.</summary>
    public PrecisionRecall Scores => new(Precision, Recall, F1);

    private static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>Precision, recall and the F1 that belongs to them, each between 0 and 1.</summary>
public readonly record struct PrecisionRecall(double Precision, double Recall, double F1)
{
    /// <summary>The harmonic mean, 0 if both are 0.</summary>
    public static PrecisionRecall Harmonic(double precision, double recall) =>
        new(precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
}
