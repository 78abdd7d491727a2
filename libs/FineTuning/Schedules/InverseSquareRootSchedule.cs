namespace Platform.FineTuning.Schedules;

/// <summary>Down with the square root of the step; <see cref="Timescale"/> is the warm-up's length, or 10,000 without one.</summary>
public sealed record InverseSquareRootSchedule(long WarmupSteps, long? Timescale = null) : ISchedule
{
    public double FactorAt(long step)
    {
        if (Warmup.Covers(step, WarmupSteps, out var factor)) return factor;
        var timescale = Timescale ?? (WarmupSteps > 0 ? WarmupSteps : 10_000);
        return 1 / Math.Sqrt((step + timescale - WarmupSteps) / (double)timescale);
    }
}
