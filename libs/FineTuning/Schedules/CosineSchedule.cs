namespace Platform.FineTuning.Schedules;

/// <summary>
/// Down along a cosine: with half a cycle from the full rate to zero, or to <see cref="FloorRate"/> of it
/// (transformers' <c>cosine</c> and <c>cosine_with_min_lr</c>).
/// </summary>
public sealed record CosineSchedule(long WarmupSteps, long TotalSteps, double Cycles = 0.5, double FloorRate = 0) : ISchedule
{
    public double FactorAt(long step)
    {
        if (Warmup.Covers(step, WarmupSteps, out var factor)) return factor;
        var height = 0.5 * (1 + Math.Cos(Math.PI * Cycles * 2 * Warmup.Progress(step, WarmupSteps, TotalSteps)));
        return Math.Max(0, height * (1 - FloorRate) + FloorRate);
    }
}
