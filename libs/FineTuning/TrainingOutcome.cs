namespace Platform.FineTuning;

/// <summary>What a finished run did.</summary>
/// <param name="FinalLoss">of the last step</param>
/// <param name="ResumedFromStep">0 when the run began anew</param>
public sealed record TrainingOutcome(long Steps, long Tokens, double FinalLoss, double TokensPerSecond, long ResumedFromStep)
{
    /// <summary>Of the weights that the run ended with; null without validation rows.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The step whose weights the run ended with: its last one, or the best.</summary>
    public long WeightsOfStep { get; init; } = Steps;

    /// <summary>Whether it ended because the validation loss no longer fell.</summary>
    public bool StoppedEarly { get; init; }

    public long SkippedSteps { get; init; }
}
