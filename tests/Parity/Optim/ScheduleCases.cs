using System.Text.Json;
using Platform.FineTuning.Schedules;
using static TorchSharp.torch;

namespace Platform.Parity.Optim;

/// <summary>The learning rate of every step, also beyond the planned end.</summary>
internal static class ScheduleCases
{
    public static void Check(OptimCase golden, Differences differences)
    {
        var rate = golden.Json.GetProperty("base_lr").GetDouble();
        foreach (var (name, config) in golden.Configs)
        {
            var schedule = Create(config, rate);
            var recorded = golden[$"lr.{name}.f64"].data<double>().ToArray();
            for (var step = 0; step < recorded.Length; step++)
            {
                differences.Compare($"{name} at step {step}", rate * schedule.FactorAt(step), recorded[step], golden.Tolerance("lr"));
            }
        }
    }

    private static ISchedule Create(JsonElement config, double rate)
    {
        var kind = config.GetProperty("scheduler").GetString()!;
        var (warmup, total, more) = ((long)config.Number("num_warmup_steps", 0), (long)config.Number("num_training_steps", 0), config.GetProperty("kwargs"));
        return kind switch
        {
            "constant" => new ConstantSchedule(),
            "constant_with_warmup" => new ConstantSchedule(warmup),
            "linear" => new LinearSchedule(warmup, total),
            "cosine" => new CosineSchedule(warmup, total, more.Number("num_cycles", 0.5)),
            "cosine_with_restarts" => new CosineRestartsSchedule(warmup, total, (int)more.Number("num_cycles", 1)),
            "polynomial" => new PolynomialSchedule(warmup, total, rate, more.Number("power", 1), more.Number("lr_end", 1e-7)),
            "inverse_sqrt" => new InverseSquareRootSchedule(warmup, (long?)more.OptionalNumber("timescale")),
            "cosine_with_min_lr" => new CosineSchedule(warmup, total, more.Number("num_cycles", 0.5), Floor(more, rate)),
            "cosine_warmup_with_min_lr" => new CosineFloorSchedule(warmup, total, Floor(more, rate), more.OptionalNumber("warmup_lr_rate"), more.Number("num_cycles", 0.5)),
            "warmup_stable_decay" => WarmupStableDecay(warmup, total, more),
            _ => throw new UnsupportedCaseException($"there is no schedule '{kind}'"),
        };
    }

    private static double Floor(JsonElement more, double rate) => more.OptionalNumber("min_lr_rate") ?? more.Number("min_lr", 0) / rate;

    private static WarmupStableDecaySchedule WarmupStableDecay(long warmup, long total, JsonElement more)
    {
        var decay = (long)more.Number("num_decay_steps", 0);
        return new(warmup, (long?)more.OptionalNumber("num_stable_steps") ?? total - warmup - decay, decay)
        {
            WarmupShape = Shape(more.Text("warmup_type", "linear")),
            DecayShape = Shape(more.Text("decay_type", "cosine")),
            FloorRate = more.Number("min_lr_ratio", 0),
            Cycles = more.Number("num_cycles", 0.5),
        };
    }

    private static ScheduleShape Shape(string name) => name switch
    {
        "linear" => ScheduleShape.Linear,
        "cosine" => ScheduleShape.Cosine,
        "1-sqrt" => ScheduleShape.OneMinusSquareRoot,
        _ => throw new UnsupportedCaseException($"there is no schedule shape '{name}'"),
    };
}
