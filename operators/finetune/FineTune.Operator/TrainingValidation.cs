using Platform.FineTune.Api.V1Alpha1;
using static Platform.FineTune.Operator.SpecValidation;

namespace Platform.FineTune.Operator;

/// <summary>The rules of the CRD file for <c>spec.training</c>.</summary>
internal static class TrainingValidation
{
    private const string Field = "spec.training";

    private static readonly string[] Schedules = ["constant", "cosine", "cosine-warmup-with-min-lr", "cosine-with-restarts", "inverse-sqrt", "linear", "polynomial", "warmup-stable-decay"];
    private static readonly string[] Optimizers = ["adafactor", "adagrad", "adam", "adamw", "adamw-8bit", "galore-adamw", "lion", "rmsprop", "sgd"];

    public static void Check(List<string> problems, TrainingSpec training)
    {
        Length(problems, training);
        Rates(problems, training);
        Figures(problems, training);
        Measuring(problems, training);
        Decimal(problems, $"{Field}.weightDecay", training.WeightDecay, 0, 1, "0.01");
        Decimal(problems, $"{Field}.maxGradNorm", training.MaxGradNorm, 0, 1e6, "1.0");
        Decimal(problems, $"{Field}.labelSmoothing", training.LabelSmoothing, 0, 1, "0.1", belowMax: true);
        Decimal(problems, $"{Field}.neftuneAlpha", training.NeftuneAlpha, 0, 1000, "5");
        OneOf(problems, $"{Field}.precision", training.Precision, ["auto", "fp32", "bf16", "fp16"]);
        OneOf(problems, $"{Field}.gradientCheckpointing", training.GradientCheckpointing, ["none", "half", "blocks"]);
        OneOf(problems, $"{Field}.packing", training.Packing, ["none", "bestfit", "bestfit-split", "knapsack", "wrapped"]);
        OneOf(problems, $"{Field}.loss", training.Loss, ["completion", "assistant", "last-assistant", "all"]);
        Range(problems, $"{Field}.seed", training.Seed, 0, long.MaxValue);
        InBackward(problems, training);
    }

    // What needs the gradients of the whole step at once.
    private static void InBackward(List<string> problems, TrainingSpec training)
    {
        if (!training.OptimizerInBackward) return;
        if (training.MaxGradNorm.Any(digit => digit is >= '1' and <= '9')) problems.Add($"{Field}.optimizerInBackward needs {Field}.maxGradNorm \"0\"; it is '{training.MaxGradNorm}'. Set one of them differently.");
        if (training.GradientAccumulation > 1) problems.Add($"{Field}.optimizerInBackward needs {Field}.gradientAccumulation 1; it is {training.GradientAccumulation}. Set one of them differently.");
        if (training.Precision == "fp16") problems.Add($"{Field}.optimizerInBackward needs {Field}.precision other than fp16, whose scaled losses may leave a step out. Set one of them differently.");
    }

    private static void Length(List<string> problems, TrainingSpec training)
    {
        if (training.Epochs is null == training.MaxSteps is null)
            problems.Add("spec.training must set exactly one of epochs (1 to 1000) and maxSteps (1 or more).");
        if (training.Epochs is { } epochs) Range(problems, $"{Field}.epochs", epochs, 1, 1000);
        if (training.MaxSteps is { } steps) Range(problems, $"{Field}.maxSteps", steps, 1, 1_000_000_000);
        Range(problems, $"{Field}.batchSize", training.BatchSize, 1, 4096);
        Range(problems, $"{Field}.gradientAccumulation", training.GradientAccumulation, 1, 1024);
        Range(problems, $"{Field}.maxLength", training.MaxLength, 8, 131072);
    }

    private static void Rates(List<string> problems, TrainingSpec training)
    {
        OneOf(problems, $"{Field}.schedule", training.Schedule, Schedules);
        Decimal(problems, $"{Field}.learningRate", training.LearningRate, 0, 1, "2e-4", aboveMin: true);
        if (training.WarmupRatio is { } ratio) Decimal(problems, $"{Field}.warmupRatio", ratio, 0, 1, "0.03", belowMax: true);
        if (training.WarmupSteps is { } steps) Range(problems, $"{Field}.warmupSteps", steps, 0, 1_000_000_000);
        if (training.WarmupRatio is not null && training.WarmupSteps is not null) problems.Add("spec.training.warmupRatio and spec.training.warmupSteps exclude each other: remove one.");
        if (training.MinLearningRate is { } least) Decimal(problems, $"{Field}.minLearningRate", least, 0, 1, "1e-5");
        if (training.MinLearningRateRatio is { } share) Decimal(problems, $"{Field}.minLearningRateRatio", share, 0, 1, "0.1");
        if (training.MinLearningRate is not null && training.MinLearningRateRatio is not null) problems.Add("spec.training.minLearningRate and spec.training.minLearningRateRatio exclude each other: remove one.");
    }

    private static void Figures(List<string> problems, TrainingSpec training)
    {
        OneOf(problems, $"{Field}.optimizer", training.Optimizer, Optimizers);
        if (training.Cycles is { } cycles) Decimal(problems, $"{Field}.cycles", cycles, 0, 1000, "0.5", aboveMin: true);
        if (training.Power is { } power) Decimal(problems, $"{Field}.power", power, 0, 100, "2", aboveMin: true);
        if (training.Timescale is { } timescale) Range(problems, $"{Field}.timescale", timescale, 1, 1_000_000_000);
        if (training.DecayRatio is { } decay) Decimal(problems, $"{Field}.decayRatio", decay, 0, 1, "0.1");
        if (training.Beta1 is { } first) Decimal(problems, $"{Field}.beta1", first, 0, 1, "0.9", belowMax: true);
        if (training.Beta2 is { } second) Decimal(problems, $"{Field}.beta2", second, 0, 1, "0.999", belowMax: true);
        if (training.Epsilon is { } epsilon) Decimal(problems, $"{Field}.epsilon", epsilon, 0, 1, "1e-8", aboveMin: true);
        if (training.Momentum is { } momentum) Decimal(problems, $"{Field}.momentum", momentum, 0, 1, "0.9", belowMax: true);
        if (training.GaloreRank is { } rank) Range(problems, $"{Field}.galoreRank", rank, 1, 65536);
    }

    private static void Measuring(List<string> problems, TrainingSpec training)
    {
        Range(problems, $"{Field}.evalEverySteps", training.EvalEverySteps, 0, 1_000_000_000);
        if (training.EarlyStopping is { } stopping)
        {
            Range(problems, $"{Field}.earlyStopping.patience", stopping.Patience, 1, 1000);
            Decimal(problems, $"{Field}.earlyStopping.minDelta", stopping.MinDelta, 0, 1e6, "0.01");
        }

        if (training.EvalEverySteps == 0 && (training.EarlyStopping is not null || training.LoadBestModelAtEnd))
            problems.Add("spec.training.earlyStopping and spec.training.loadBestModelAtEnd need spec.training.evalEverySteps: set it, for example to 50.");
        Decimal(problems, $"{Field}.averageDecay", training.AverageDecay, 0, 1, "0.999", belowMax: true);
        Decimal(problems, $"{Field}.divergenceFactor", training.DivergenceFactor, 0, 1e6, "3");
    }
}
