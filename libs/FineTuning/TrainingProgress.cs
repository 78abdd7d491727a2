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
    long Step, long TotalSteps, double Loss, double LearningRate, double GradNorm, long Tokens, double TokensPerSecond, TimeSpan Remaining);
