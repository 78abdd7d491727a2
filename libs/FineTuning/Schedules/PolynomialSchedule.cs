namespace Platform.FineTuning.Schedules;

/// <summary>Down along a power of the remaining way, to <see cref="EndRate"/> (a learning rate, not a factor) and no further.</summary>
public sealed record PolynomialSchedule(long WarmupSteps, long TotalSteps, double BaseRate, double Power = 1, double EndRate = 1e-7) : ISchedule
{
    public double FactorAt(long step)
    {
        if (Warmup.Covers(step, WarmupSteps, out var factor)) return factor;
        if (step > TotalSteps) return EndRate / BaseRate;
        var remaining = 1 - (step - WarmupSteps) / (double)(TotalSteps - WarmupSteps);
        return ((BaseRate - EndRate) * Math.Pow(remaining, Power) + EndRate) / BaseRate;
    }
}
