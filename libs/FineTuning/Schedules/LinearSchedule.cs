namespace Platform.FineTuning.Schedules;

/// <summary>Straight down to zero at the end of the run.</summary>
public sealed record LinearSchedule(long WarmupSteps, long TotalSteps) : ISchedule
{
    public double FactorAt(long step) => Warmup.Covers(step, WarmupSteps, out var factor)
        ? factor
        : Math.Max(0, (TotalSteps - step) / (double)Math.Max(1, TotalSteps - WarmupSteps));
}
