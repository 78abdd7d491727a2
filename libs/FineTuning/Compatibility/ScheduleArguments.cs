using System.Text.Json.Nodes;
using Platform.FineTuning.Schedules;

namespace Platform.FineTuning.Compatibility;

/// <summary>The schedule of transformers' arguments.</summary>
internal static class ScheduleArguments
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["linear"] = "linear",
        ["cosine"] = "cosine",
        ["cosine_with_restarts"] = "cosine-with-restarts",
        ["polynomial"] = "polynomial",
        ["constant"] = "constant",
        ["constant_with_warmup"] = "constant",
        ["inverse_sqrt"] = "inverse-sqrt",
        ["cosine_with_min_lr"] = "cosine",
        ["cosine_warmup_with_min_lr"] = "cosine-warmup-with-min-lr",
        ["warmup_stable_decay"] = "warmup-stable-decay",
    };

    private static readonly string[] Figures = ["num_cycles", "power", "lr_end", "min_lr", "min_lr_rate", "min_lr_ratio", "timescale", "num_decay_steps"];

    /// <param name="steps">of the run; not positive: they are counted in epochs</param>
    public static ScheduleOptions Read(ArgumentFields fields, long steps)
    {
        var theirs = fields.OneOf("lr_scheduler_type", "linear", [.. Names.Keys]);
        var figures = new ArgumentFields(fields.Object("lr_scheduler_kwargs"));
        foreach (var unknown in figures.All.Select(item => item.Key).Except(Figures)) fields.Refuse(true, $"lr_scheduler_kwargs has '{unknown}'; expected some of {string.Join(", ", Figures)}.");
        var decay = figures.Number("num_decay_steps");
        fields.Refuse(decay is not null && steps <= 0, "lr_scheduler_kwargs has num_decay_steps without max_steps; give the length in steps.");
        var warmup = fields.Number("warmup_ratio") ?? fields.Number("warmup_steps") ?? 0;
        // The Trainer's plain constant schedule has no warm-up.
        if (theirs == "constant") warmup = 0;
        var options = new ScheduleOptions
        {
            Name = Names[theirs],
            WarmupRatio = warmup < 1 ? warmup : 0,
            WarmupSteps = warmup < 1 ? 0 : (long)warmup,
            MinLearningRate = figures.Number("min_lr") ?? figures.Number("lr_end"),
            MinLearningRateRatio = figures.Number("min_lr_rate") ?? figures.Number("min_lr_ratio"),
            Cycles = figures.Number("num_cycles"),
            Power = figures.Number("power"),
            Timescale = (long?)figures.Number("timescale"),
            DecayRatio = steps > 0 ? decay / steps : null,
        };
        foreach (var problem in figures.Problems) fields.Refuse(true, $"lr_scheduler_kwargs: {problem}");
        return options;
    }
}
