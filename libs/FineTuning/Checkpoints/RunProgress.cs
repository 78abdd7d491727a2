namespace Platform.FineTuning.Checkpoints;

/// <summary>The numbers among what a run remembers between two steps.</summary>
public sealed record RunProgress
{
    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>Tokens trained on.</summary>
    public long Tokens { get; init; }

    /// <summary>Of the last step.</summary>
    public double Loss { get; init; }

    /// <summary>Steps left out because a float16 gradient overflowed.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>What losses are multiplied by; null: they are not.</summary>
    public double? LossScale { get; init; }

    /// <summary>Steps since the loss scale moved.</summary>
    public int GoodSteps { get; init; }

    /// <summary>How often weights went into their moving average.</summary>
    public long AverageUpdates { get; init; }

    public ValidationProgress Validation { get; init; } = new();

    /// <summary>The losses of the first steps.</summary>
    public IReadOnlyList<double> FirstLosses { get; init; } = [];

    /// <summary>The losses of the last steps.</summary>
    public IReadOnlyList<double> LastLosses { get; init; } = [];
}

/// <summary>What measurements on validation rows have shown so far.</summary>
public sealed record ValidationProgress
{
    /// <summary>The step of the last measurement; 0: there was none.</summary>
    public long Step { get; init; }

    public double? Loss { get; init; }

    /// <summary>The step of the lowest loss.</summary>
    public long BestStep { get; init; }

    public double? BestLoss { get; init; }

    /// <summary>The loss that the next one must undercut to count as a gain.</summary>
    public double? LossToBeat { get; init; }

    /// <summary>Measurements in a row without a gain.</summary>
    public int WithoutGain { get; init; }

    /// <summary>Whether these were too many.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Takes a measurement in.</summary>
    public ValidationProgress After(long step, double loss, ValidationOptions options)
    {
        var isGain = LossToBeat is not { } bar || loss < bar - options.MinDelta;
        var isBest = BestLoss is not { } best || loss < best;
        var without = isGain ? 0 : WithoutGain + 1;
        return new()
        {
            Step = step,
            Loss = loss,
            BestStep = isBest ? step : BestStep,
            BestLoss = isBest ? loss : BestLoss,
            LossToBeat = isGain ? loss : LossToBeat,
            WithoutGain = without,
            HasEnded = options.Patience > 0 && without >= options.Patience,
        };
    }
}
