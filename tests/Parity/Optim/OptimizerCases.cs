using System.Text.Json;
using Platform.FineTuning.Optimizers;
using static TorchSharp.torch;

namespace Platform.Parity.Optim;

/// <summary>Optimizers: given gradients in, the parameters after every step out, and the state at the end.</summary>
internal static class OptimizerCases
{
    public static void Check(OptimCase golden, Differences differences)
    {
        var kind = golden.Json.GetProperty("kind").GetString()!;
        foreach (var (setting, arguments) in golden.Configs) Check(golden, kind, setting, arguments, differences);
    }

    private static void Check(OptimCase golden, string kind, string setting, JsonElement arguments, Differences differences)
    {
        var parameters = golden.Parameters();
        using var optimizer = Create(kind, arguments, Groups(parameters, arguments, kind));
        for (var step = 0; step < golden.Json.GetProperty("steps").GetInt32(); step++)
        {
            foreach (var (name, tensor) in parameters) tensor.grad = golden[$"grads.{name}"][step].clone();
            optimizer.Step(arguments.Number("lr", 0));
            foreach (var (name, tensor) in parameters)
            {
                differences.Compare($"{setting} {name} after step {step + 1}", tensor, golden[$"{setting}.path.{name}"][step], golden.Tolerance("path"));
            }
        }

        foreach (var (name, tensor) in optimizer.State)
        {
            var recorded = $"{setting}.state.{name}";
            if (golden.Has(recorded)) differences.Compare(recorded, tensor, golden[recorded], golden.Tolerance("path"));
        }

        foreach (var (_, tensor) in parameters) tensor.Dispose();
    }

    private static List<ParameterGroup> Groups(List<TrainableParameter> parameters, JsonElement arguments, string kind)
    {
        var decay = arguments.Number("weight_decay", kind == "adamw" ? 0.01 : 0);
        if (!arguments.TryGetProperty("_no_decay", out var names)) return [new(parameters, decay)];
        var spared = names.EnumerateArray().Select(name => name.GetString()).ToHashSet();
        return [new([.. parameters.Where(p => !spared.Contains(p.Name))], decay), new([.. parameters.Where(p => spared.Contains(p.Name))])];
    }

    private static IOptimizer Create(string kind, JsonElement arguments, List<ParameterGroup> groups) => kind switch
    {
        "adamw" when arguments.Flag("amsgrad") => new Adam(groups, Adam(arguments) with { DecoupledDecay = true }),
        "adamw" => new AdamW(groups, Adam(arguments)),
        "adam" => new Adam(groups, Adam(arguments)),
        "sgd" => new StochasticGradientDescent(groups, arguments.Number("momentum", 0), arguments.Number("dampening", 0), arguments.Flag("nesterov")),
        "rmsprop" => new RmsProp(groups, arguments.Number("alpha", 0.99), arguments.Number("eps", 1e-8), arguments.Number("momentum", 0), arguments.Flag("centered")),
        "adagrad" => new Adagrad(groups, arguments.Number("lr_decay", 0), arguments.Number("initial_accumulator_value", 0), arguments.Number("eps", 1e-10)),
        "lion" => new Lion(groups, arguments.Betas(0.9, 0.99).First, arguments.Betas(0.9, 0.99).Second),
        "adafactor" => new Adafactor(groups, Adafactor(arguments)),
        "galore_adamw" => new GaLoreAdamW(groups, (int)arguments.Number("rank", 0), (long)arguments.Number("gap", 200), arguments.Number("scale", 0.25), Adam(arguments, 1e-6)),
        _ => throw new UnsupportedCaseException($"there is no optimizer '{kind}'"),
    };

    private static AdamOptions Adam(JsonElement arguments, double epsilon = 1e-8) => new()
    {
        Beta1 = arguments.Betas(0.9, 0.999).First,
        Beta2 = arguments.Betas(0.9, 0.999).Second,
        Epsilon = arguments.Number("eps", epsilon),
        AmsGrad = arguments.Flag("amsgrad"),
    };

    private static AdafactorOptions Adafactor(JsonElement arguments) => new()
    {
        ClipThreshold = arguments.Number("clip_threshold", 1),
        DecayRate = arguments.Number("decay_rate", -0.8),
        Beta1 = arguments.OptionalNumber("beta1"),
        ScaleParameter = arguments.Flag("scale_parameter", true),
        RelativeStep = arguments.Flag("relative_step", true),
        WarmupInit = arguments.Flag("warmup_init"),
    };
}
