namespace Platform.FineTuning.Schedules;

/// <summary>How the learning rate moves over a run.</summary>
public interface ISchedule
{
    /// <summary>What the base learning rate is multiplied by in optimizer step <paramref name="step"/>; the first step is 0.</summary>
    double FactorAt(long step);
}
