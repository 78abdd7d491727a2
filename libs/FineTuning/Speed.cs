using Platform.FineTuning.Checkpoints;

namespace Platform.FineTuning;

/// <summary>What a step found out besides its loss.</summary>
internal sealed record StepFigures(double LearningRate, double GradNorm, double LossScale, double Epoch, TimeSpan Took, TimeSpan DataWait);

/// <summary>How fast this process trains, and how long it will go on.</summary>
internal sealed class Speed(TimeProvider clock, RunProgress first)
{
    private readonly long _start = clock.GetTimestamp();

    public double TokensPerSecond(RunProgress now) => (now.Tokens - first.Tokens) / Math.Max(1e-9, clock.GetElapsedTime(_start).TotalSeconds);

    public TrainingProgress Of(StepFigures step, RunProgress now, long totalSteps)
    {
        var remaining = clock.GetElapsedTime(_start) / Math.Max(1, now.Step - first.Step) * (totalSteps - now.Step);
        return new(now.Step, totalSteps, now.Loss, step.LearningRate, step.GradNorm, now.Tokens, TokensPerSecond(now), remaining)
        {
            Epoch = step.Epoch,
            Took = step.Took,
            DataWait = step.DataWait,
            SkippedSteps = now.SkippedSteps,
            LossScale = step.LossScale,
        };
    }
}
