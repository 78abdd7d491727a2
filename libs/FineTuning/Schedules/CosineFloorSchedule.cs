namespace Platform.FineTuning.Schedules;

/// <summary>
/// A cosine whose warm-up begins at <see cref="WarmupRate"/> of the full rate and reaches it in its last step, and whose
/// fall begins one step in (transformers' <c>cosine_warmup_with_min_lr</c>).
/// </summary>
public sealed record CosineFloorSchedule(long WarmupSteps, long TotalSteps, double FloorRate, double? WarmupRate = null, double Cycles = 0.5) : ISchedule
{
    public double FactorAt(long step)
    {
        if (step < WarmupSteps)
        {
            return WarmupRate is { } rate
                ? rate + (1 - rate) * step / Math.Max(1, WarmupSteps - 1)
                : (step + 1) / (double)Math.Max(1, WarmupSteps);
        }

        var height = 0.5 * (1 + Math.Cos(Math.PI * Cycles * 2 * Warmup.Progress(step + 1, WarmupSteps, TotalSteps)));
        return Math.Max(0, height * (1 - FloorRate) + FloorRate);
    }
}
