namespace Platform.FineTuning;

/// <summary>How often a run measures itself on rows that it does not learn, and what follows from it.</summary>
public sealed record ValidationOptions
{
    /// <summary>Steps between measurements; 0: only at the end.</summary>
    public long EverySteps { get; init; }

    /// <summary>Measurements without a gain after which the run ends; 0: it goes on.</summary>
    public int Patience { get; init; }

    /// <summary>How much lower a loss must be to count as a gain.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether the run ends with the weights of its lowest validation loss instead of its last ones.</summary>
    public bool LoadBestAtEnd { get; init; }

    /// <summary>All that is wrong, each with the value and the allowed range.</summary>
    public IEnumerable<string> Problems()
    {
        if (EverySteps < 0) yield return $"evalEverySteps is {EverySteps}; it must be at least 0.";
        if (Patience < 0) yield return $"earlyStopping.patience is {Patience}; it must be at least 0.";
        if (MinDelta is not (>= 0 and < double.PositiveInfinity)) yield return $"earlyStopping.minDelta is {MinDelta}; it must be at least 0.";
        if (EverySteps == 0 && Patience > 0) yield return $"earlyStopping.patience is {Patience} without evalEverySteps; set after how many steps to measure.";
        if (EverySteps == 0 && LoadBestAtEnd) yield return "loadBestModelAtEnd needs evalEverySteps; set after how many steps to measure.";
    }
}
