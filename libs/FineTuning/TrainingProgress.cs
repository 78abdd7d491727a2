namespace Platform.FineTuning;

/// <summary>Where a run stands after a step.</summary>
/// <param name="Step">steps done, from 1</param>
/// <param name="Loss">mean over the step's supervised tokens</param>
/// <param name="LearningRate">the rate the step used</param>
/// <param name="GradNorm">before clipping</param>
/// <param name="Tokens">tokens trained on since the run began</param>
/// <param name="TokensPerSecond">of this process</param>
/// <param name="Remaining">an estimate from the speed of this process</param>
public sealed record TrainingProgress(
    long Step, long TotalSteps, double Loss, double LearningRate, double GradNorm, long Tokens, double TokensPerSecond, TimeSpan Remaining)
{
    /// <summary>Passes over the data so far.</summary>
    public double Epoch { get; init; }

    /// <summary>How long the step took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The part of it that was spent on getting rows ready.</summary>
    public TimeSpan DataWait { get; init; }

    /// <summary>Steps so far that a float16 gradient's overflow left out.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>What the loss was multiplied by for backward; 1 without scaling.</summary>
    public double LossScale { get; init; } = 1;
}
