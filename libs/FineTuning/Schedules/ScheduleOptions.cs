namespace Platform.FineTuning.Schedules;

/// <summary>How the learning rate moves; a figure that is null is the schedule's own.</summary>
public sealed record ScheduleOptions
{
    /// <summary>A name in <see cref="ScheduleCatalog"/>.</summary>
    public string Name { get; init; } = "cosine";

    /// <summary>The part of all steps in which the learning rate rises; or else <see cref="WarmupSteps"/>.</summary>
    public double WarmupRatio { get; init; }

    public long WarmupSteps { get; init; }

    /// <summary>Where the rate ends; or else <see cref="MinLearningRateRatio"/>.</summary>
    public double? MinLearningRate { get; init; }

    /// <summary>The part of the full rate where it ends.</summary>
    public double? MinLearningRateRatio { get; init; }

    /// <summary>Waves of a cosine (0.5: one fall), or falls of cosine-with-restarts.</summary>
    public double? Cycles { get; init; }

    /// <summary>Of polynomial.</summary>
    public double? Power { get; init; }

    /// <summary>Of inverse-sqrt: the steps after which the rate has fallen to 1/√2.</summary>
    public long? Timescale { get; init; }

    /// <summary>The part of all steps in which warmup-stable-decay falls.</summary>
    public double? DecayRatio { get; init; }

    /// <summary>A schedule with its own figures and without a warm-up.</summary>
    public static implicit operator ScheduleOptions(string name) => new() { Name = name };

    /// <summary>All that is wrong, each with the value and the allowed range.</summary>
    public IEnumerable<string> Problems()
    {
        if (!ScheduleCatalog.Names.Contains(Name))
        {
            yield return $"schedule is '{Name}'; expected one of {string.Join(", ", ScheduleCatalog.Names)}.";
            yield break;
        }

        foreach (var (field, given) in Given().Where(item => item.Value is not null))
        {
            if (!ScheduleCatalog.FiguresOf(Name).Contains(field)) yield return $"{field} is {given}, but the schedule {Name} has no such figure; remove it, or choose another schedule.";
        }

        if (WarmupRatio is not (>= 0 and <= 1)) yield return $"warmupRatio is {WarmupRatio}; it must lie in 0..1.";
        if (WarmupSteps < 0) yield return $"warmupSteps is {WarmupSteps}; it must be at least 0.";
        if (WarmupRatio > 0 && WarmupSteps > 0) yield return $"warmupRatio is {WarmupRatio} and warmupSteps is {WarmupSteps}; set one of them.";
        if (MinLearningRate is not null && MinLearningRateRatio is not null) yield return $"minLearningRate is {MinLearningRate} and minLearningRateRatio is {MinLearningRateRatio}; set one of them.";
        if (MinLearningRate is not (null or (>= 0 and <= 10))) yield return $"minLearningRate is {MinLearningRate}; it must lie in 0..10.";
        if (MinLearningRateRatio is not (null or (>= 0 and <= 1))) yield return $"minLearningRateRatio is {MinLearningRateRatio}; it must lie in 0..1.";
        if (Cycles is not (null or (> 0 and <= 1000))) yield return $"cycles is {Cycles}; it must lie in 0..1000, without 0.";
        if (Name == "cosine-with-restarts" && Cycles is { } cycles && cycles != Math.Floor(cycles)) yield return $"cycles is {Cycles}; cosine-with-restarts needs a whole number.";
        if (Power is not (null or (> 0 and <= 100))) yield return $"power is {Power}; it must lie in 0..100, without 0.";
        if (Timescale is < 1) yield return $"timescale is {Timescale}; it must be at least 1.";
        if (DecayRatio is not (null or (>= 0 and <= 1))) yield return $"decayRatio is {DecayRatio}; it must lie in 0..1.";
    }

    private IEnumerable<(string Field, double? Value)> Given() =>
    [
        ("minLearningRate", MinLearningRate), ("minLearningRateRatio", MinLearningRateRatio), ("cycles", Cycles),
        ("power", Power), ("timescale", Timescale), ("decayRatio", DecayRatio),
    ];
}
