namespace Platform.FineTuning.Schedules;

/// <summary>Several falls along a cosine, each from the full rate to zero.</summary>
public sealed record CosineRestartsSchedule(long WarmupSteps, long TotalSteps, int Cycles = 1) : ISchedule
{
    public double FactorAt(long step)
    {
        if (Warmup.Covers(step, WarmupSteps, out var factor)) return factor;
        var progress = Warmup.Progress(step, WarmupSteps, TotalSteps);
        return progress >= 1 ? 0 : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (Cycles * progress % 1))));
    }
}
