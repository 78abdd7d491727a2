using Platform.FineTuning;
using Platform.FineTuning.Memory;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Schedules;
using Platform.Protos.Training.V1;

namespace Platform.Training.Worker;

/// <summary>A spec's hyperparameters as the training loop's options; what is absent has the value that leaves things out.</summary>
internal static class TrainingHyperparameters
{
    public static TrainingOptions Read(TrainingSpec spec)
    {
        var hyper = spec.Hyperparameters ?? new();
        return new()
        {
            Epochs = hyper.LengthCase == Hyperparameters.LengthOneofCase.Epochs ? hyper.Epochs : null,
            MaxSteps = hyper.LengthCase == Hyperparameters.LengthOneofCase.MaxSteps ? hyper.MaxSteps : null,
            BatchSize = hyper.BatchSize,
            GradientAccumulation = Math.Max(1, hyper.GradientAccumulation),
            LearningRate = hyper.LearningRate,
            Schedule = ScheduleOf(hyper),
            Optimizer = OptimizerOf(hyper),
            WeightDecay = hyper.WeightDecay,
            MaxGradNorm = hyper.MaxGradNorm,
            Seed = (long)(hyper.Seed & long.MaxValue),
            CheckpointEverySteps = spec.Checkpoints?.EverySteps ?? 0,
            ScaleLoss = hyper.Precision == "fp16",
            Checkpointing = CheckpointingOf(hyper.GradientCheckpointing),
            OptimizerInBackward = hyper.OptimizerInBackward,
            LabelSmoothing = hyper.LabelSmoothing,
            NeftuneAlpha = hyper.NeftuneAlpha,
            Validation = new()
            {
                EverySteps = hyper.EvalEverySteps,
                Patience = hyper.EarlyStoppingPatience,
                MinDelta = hyper.EarlyStoppingMinDelta,
                LoadBestAtEnd = hyper.LoadBestModelAtEnd,
            },
            AverageDecay = hyper.AverageDecay,
            DivergenceFactor = hyper.DivergenceFactor,
        };
    }

    private static ScheduleOptions ScheduleOf(Hyperparameters hyper) => new()
    {
        Name = hyper.Schedule is "" ? "constant" : hyper.Schedule,
        WarmupRatio = hyper.WarmupRatio,
        WarmupSteps = hyper.WarmupSteps,
        MinLearningRate = hyper.HasMinLearningRate ? hyper.MinLearningRate : null,
        MinLearningRateRatio = hyper.HasMinLearningRateRatio ? hyper.MinLearningRateRatio : null,
        Cycles = hyper.HasCycles ? hyper.Cycles : null,
        Power = hyper.HasPower ? hyper.Power : null,
        Timescale = hyper.HasTimescale ? hyper.Timescale : null,
        DecayRatio = hyper.HasDecayRatio ? hyper.DecayRatio : null,
    };

    private static OptimizerOptions OptimizerOf(Hyperparameters hyper) => new()
    {
        Name = hyper.Optimizer is "" ? "adamw" : hyper.Optimizer,
        Beta1 = hyper.HasBeta1 ? hyper.Beta1 : null,
        Beta2 = hyper.HasBeta2 ? hyper.Beta2 : null,
        Epsilon = hyper.HasEpsilon ? hyper.Epsilon : null,
        Momentum = hyper.HasMomentum ? hyper.Momentum : null,
        Rank = hyper.HasGaloreRank ? hyper.GaloreRank : null,
    };

    /// <summary>What no name stands for becomes a value that <see cref="TrainingOptions.Problems"/> refuses.</summary>
    private static Checkpointing CheckpointingOf(string name) => name switch
    {
        "" or "none" => Checkpointing.None,
        "half" => Checkpointing.Half,
        "blocks" => Checkpointing.Blocks,
        _ => (Checkpointing)(-1),
    };
}
