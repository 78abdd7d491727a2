namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>Hyperparameters; exactly one of <see cref="Epochs"/> and <see cref="MaxSteps"/>.</summary>
public sealed record TrainingSpec
{
    public int? Epochs { get; init; }
    public long? MaxSteps { get; init; }
    public int BatchSize { get; init; } = 8;
    public int GradientAccumulation { get; init; } = 1;
    public string LearningRate { get; init; } = "2e-4";
    public string Schedule { get; init; } = "cosine";
    public string? WarmupRatio { get; init; }
    public long? WarmupSteps { get; init; }
    public string? MinLearningRate { get; init; }
    public string? MinLearningRateRatio { get; init; }
    public string? Cycles { get; init; }
    public string? Power { get; init; }
    public long? Timescale { get; init; }
    public string? DecayRatio { get; init; }
    public string Optimizer { get; init; } = "adamw";
    public string? Beta1 { get; init; }
    public string? Beta2 { get; init; }
    public string? Epsilon { get; init; }
    public string? Momentum { get; init; }
    public int? GaloreRank { get; init; }
    public string WeightDecay { get; init; } = "0";
    public string MaxGradNorm { get; init; } = "1";
    public int MaxLength { get; init; } = 512;
    public string Precision { get; init; } = "auto";
    public string GradientCheckpointing { get; init; } = "none";
    public bool OptimizerInBackward { get; init; }
    public string Packing { get; init; } = "none";
    public string Loss { get; init; } = "completion";
    public string LabelSmoothing { get; init; } = "0";
    public string NeftuneAlpha { get; init; } = "0";
    public long EvalEverySteps { get; init; }
    public EarlyStoppingSpec? EarlyStopping { get; init; }
    public bool LoadBestModelAtEnd { get; init; }
    public string AverageDecay { get; init; } = "0";
    public string DivergenceFactor { get; init; } = "3";
    public long Seed { get; init; } = 42;
}

/// <summary>When a validation loss that no longer falls ends training.</summary>
public sealed record EarlyStoppingSpec
{
    public int Patience { get; init; } = 3;
    public string MinDelta { get; init; } = "0";
}

/// <summary>How often training saves its state.</summary>
public sealed record CheckpointsSpec
{
    public long EverySteps { get; init; } = 200;
    public int Keep { get; init; } = 3;
}

/// <summary>When to give up.</summary>
public sealed record FailureSpec
{
    public int BackoffLimit { get; init; } = 3;
    public long? ActiveDeadlineSeconds { get; init; }
}

/// <summary>What every worker pod gets.</summary>
public sealed record ResourcesSpec
{
    public int Nodes { get; init; } = 1;
    public int GpusPerNode { get; init; }
    public string? Cpu { get; init; }
    public string? Memory { get; init; }
    public IDictionary<string, string>? NodeSelector { get; init; }
    public IList<TolerationSpec>? Tolerations { get; init; }
}

/// <summary>One tolerated node taint.</summary>
public sealed record TolerationSpec
{
    public string? Key { get; init; }
    public string Operator { get; init; } = "Equal";
    public string? Value { get; init; }
    public string? Effect { get; init; }
}
