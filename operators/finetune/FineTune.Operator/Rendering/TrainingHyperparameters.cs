using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Training.V1;
using TrainingSpec = Platform.FineTune.Api.V1Alpha1.TrainingSpec;

namespace Platform.FineTune.Operator.Rendering;

/// <summary><c>spec.training</c> as the training worker reads it.</summary>
internal static class TrainingHyperparameters
{
    /// <summary>What a job without any word on the warm-up gets.</summary>
    private const string UsualWarmup = "0.03";

    public static Hyperparameters Of(TrainingSpec training)
    {
        var rendered = new Hyperparameters
        {
            BatchSize = training.BatchSize,
            GradientAccumulation = training.GradientAccumulation,
            LearningRate = Number(training.LearningRate),
            WeightDecay = Number(training.WeightDecay),
            MaxGradNorm = Number(training.MaxGradNorm),
            MaxLength = training.MaxLength,
            Precision = training.Precision,
            GradientCheckpointing = training.GradientCheckpointing,
            OptimizerInBackward = training.OptimizerInBackward,
            Packing = training.Packing,
            Loss = training.Loss,
            LabelSmoothing = Number(training.LabelSmoothing),
            NeftuneAlpha = Number(training.NeftuneAlpha),
            EvalEverySteps = training.EvalEverySteps,
            EarlyStoppingPatience = training.EarlyStopping?.Patience ?? 0,
            EarlyStoppingMinDelta = Number(training.EarlyStopping?.MinDelta ?? "0"),
            LoadBestModelAtEnd = training.LoadBestModelAtEnd,
            AverageDecay = Number(training.AverageDecay),
            DivergenceFactor = Number(training.DivergenceFactor),
            Seed = (ulong)training.Seed,
        };
        if (training.MaxSteps is { } steps) rendered.MaxSteps = steps;
        else rendered.Epochs = training.Epochs!.Value;
        Schedule(training, rendered);
        Optimizer(training, rendered);
        return rendered;
    }

    private static void Schedule(TrainingSpec training, Hyperparameters rendered)
    {
        rendered.Schedule = training.Schedule;
        if (training.WarmupSteps is { } steps) rendered.WarmupSteps = steps;
        else rendered.WarmupRatio = Number(training.WarmupRatio ?? UsualWarmup);
        if (training.MinLearningRate is { } least) rendered.MinLearningRate = Number(least);
        if (training.MinLearningRateRatio is { } share) rendered.MinLearningRateRatio = Number(share);
        if (training.Cycles is { } cycles) rendered.Cycles = Number(cycles);
        if (training.Power is { } power) rendered.Power = Number(power);
        if (training.Timescale is { } timescale) rendered.Timescale = timescale;
        if (training.DecayRatio is { } decay) rendered.DecayRatio = Number(decay);
    }

    private static void Optimizer(TrainingSpec training, Hyperparameters rendered)
    {
        rendered.Optimizer = training.Optimizer;
        if (training.Beta1 is { } first) rendered.Beta1 = Number(first);
        if (training.Beta2 is { } second) rendered.Beta2 = Number(second);
        if (training.Epsilon is { } epsilon) rendered.Epsilon = Number(epsilon);
        if (training.Momentum is { } momentum) rendered.Momentum = Number(momentum);
        if (training.GaloreRank is { } rank) rendered.GaloreRank = rank;
    }

    private static double Number(string text) => SpecValidation.Number(text);
}
