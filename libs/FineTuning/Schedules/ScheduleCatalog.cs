using System.Collections.Frozen;

namespace Platform.FineTuning.Schedules;

/// <summary>The schedules a job can name. The figures are those of transformers' schedules of the same names.</summary>
public static class ScheduleCatalog
{
    /// <summary>Where polynomial ends unless told otherwise, as in transformers.</summary>
    private const double PolynomialEnd = 1e-7;

    private const double DecayShare = 0.1;

    private static readonly string[] Floors = ["minLearningRate", "minLearningRateRatio"];

    /// <param name="Figures">what it takes of <see cref="ScheduleOptions"/>, by the names in a job</param>
    private sealed record Entry(string[] Figures, Func<Length, ScheduleOptions, ISchedule> Create);

    private sealed record Length(long Warmup, long Total, double Rate);

    private static readonly FrozenDictionary<string, Entry> ByName = new Dictionary<string, Entry>
    {
        ["constant"] = new([], (length, _) => new ConstantSchedule(length.Warmup)),
        ["linear"] = new([], (length, _) => new LinearSchedule(length.Warmup, length.Total)),
        ["cosine"] = new([.. Floors, "cycles"], (length, options) => new CosineSchedule(length.Warmup, length.Total, options.Cycles ?? 0.5, Floor(options, length))),
        ["cosine-warmup-with-min-lr"] = new([.. Floors, "cycles"], (length, options) =>
            new CosineFloorSchedule(length.Warmup, length.Total, Floor(options, length), Cycles: options.Cycles ?? 0.5)),
        ["cosine-with-restarts"] = new(["cycles"], (length, options) => new CosineRestartsSchedule(length.Warmup, length.Total, (int)(options.Cycles ?? 1))),
        ["polynomial"] = new([.. Floors, "power"], (length, options) =>
            new PolynomialSchedule(length.Warmup, length.Total, length.Rate, options.Power ?? 1, options.MinLearningRate ?? options.MinLearningRateRatio * length.Rate ?? PolynomialEnd)),
        ["inverse-sqrt"] = new(["timescale"], (length, options) => new InverseSquareRootSchedule(length.Warmup, options.Timescale)),
        ["warmup-stable-decay"] = new([.. Floors, "cycles", "decayRatio"], StableDecay),
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The figures of <see cref="ScheduleOptions"/> that a schedule has, by their names in a job.</summary>
    public static IReadOnlyList<string> FiguresOf(string name) => ByName[name].Figures;

    /// <param name="learningRate">the full rate, for figures that are rates</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static ISchedule Create(ScheduleOptions options, long totalSteps, double learningRate)
    {
        var problems = options.Problems().ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        var warmup = options.WarmupSteps > 0 ? options.WarmupSteps : (long)Math.Ceiling(options.WarmupRatio * totalSteps);
        return ByName[options.Name].Create(new(warmup, totalSteps, learningRate), options);
    }

    private static double Floor(ScheduleOptions options, Length length) => options.MinLearningRateRatio ?? options.MinLearningRate / length.Rate ?? 0;

    private static WarmupStableDecaySchedule StableDecay(Length length, ScheduleOptions options)
    {
        var decay = (long)Math.Ceiling((options.DecayRatio ?? DecayShare) * length.Total);
        return new(length.Warmup, Math.Max(0, length.Total - length.Warmup - decay), decay) { FloorRate = Floor(options, length), Cycles = options.Cycles ?? 0.5 };
    }
}
