namespace Platform.FineTuning.Schedules;

/// <summary>The full learning rate throughout, after the warm-up if there is one.</summary>
public sealed record ConstantSchedule(long WarmupSteps = 0) : ISchedule
{
    public double FactorAt(long step) => Warmup.Covers(step, WarmupSteps, out var factor) ? factor : 1;
}
