namespace Platform.FineTuning.Schedules;

/// <summary>The rise from nothing to the full learning rate that most schedules begin with.</summary>
internal static class Warmup
{
    public static bool Covers(long step, long warmupSteps, out double factor)
    {
        factor = step / (double)Math.Max(1, warmupSteps);
        return step < warmupSteps;
    }

    /// <summary>The part of the way from the end of the warm-up (0) to the end of the run (1).</summary>
    public static double Progress(long step, long warmupSteps, long totalSteps) => (step - warmupSteps) / (double)Math.Max(1, totalSteps - warmupSteps);
}
