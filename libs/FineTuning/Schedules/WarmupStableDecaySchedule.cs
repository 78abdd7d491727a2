namespace Platform.FineTuning.Schedules;

/// <summary>The shape of a rise or fall.</summary>
public enum ScheduleShape
{
    Linear,
    Cosine,

    /// <summary>1 - √progress.</summary>
    OneMinusSquareRoot,
}

/// <summary>Up, level, down: the rate stays full until the last <see cref="DecaySteps"/>.</summary>
public sealed record WarmupStableDecaySchedule(long WarmupSteps, long StableSteps, long DecaySteps) : ISchedule
{
    public ScheduleShape WarmupShape { get; init; } = ScheduleShape.Linear;
    public ScheduleShape DecayShape { get; init; } = ScheduleShape.Cosine;
    public double FloorRate { get; init; }
    public double Cycles { get; init; } = 0.5;

    public double FactorAt(long step)
    {
        if (step < WarmupSteps) return AboveFloor(Rise(step / (double)Math.Max(1, WarmupSteps)));
        step -= WarmupSteps;
        if (step < StableSteps) return 1;
        step -= StableSteps;
        return step < DecaySteps ? AboveFloor(Fall(step / (double)Math.Max(1, DecaySteps))) : FloorRate;
    }

    private double Rise(double progress) => WarmupShape switch
    {
        ScheduleShape.Linear => progress,
        ScheduleShape.Cosine => 0.5 * (1 - Math.Cos(Math.PI * progress)),
        _ => 1 - Math.Sqrt(1 - progress),
    };

    private double Fall(double progress) => DecayShape switch
    {
        ScheduleShape.Linear => 1 - progress,
        ScheduleShape.Cosine => 0.5 * (1 + Math.Cos(Math.PI * Cycles * 2 * progress)),
        _ => 1 - Math.Sqrt(progress),
    };

    private double AboveFloor(double height) => Math.Max(0, height * (1 - FloorRate) + FloorRate);
}
