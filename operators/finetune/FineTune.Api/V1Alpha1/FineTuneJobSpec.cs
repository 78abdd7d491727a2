namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>What to train, on what, and how. The CRD file describes every field.</summary>
public sealed record FineTuneJobSpec
{
    public required ModelSpec Model { get; init; }
    public required DatasetSpec Dataset { get; init; }
    public required MethodSpec Method { get; init; }
    public TrainingSpec Training { get; init; } = new() { Epochs = 3 };
    public ResourcesSpec Resources { get; init; } = new();
    public CheckpointsSpec Checkpoints { get; init; } = new();
    public IList<QuantizeSpec>? Quantize { get; init; }
    public EvaluateSpec? Evaluate { get; init; }
    public RegisterSpec? Register { get; init; }
    public FailureSpec Failure { get; init; } = new();
    public bool Suspend { get; init; }
    public int? TtlSecondsAfterFinished { get; init; }
    public string ReadyWhen { get; init; } = ReadyMilestones.Succeeded;
}

/// <summary>The base model.</summary>
public sealed record ModelSpec
{
    public required string Uri { get; init; }
}

/// <summary>The rows to train on.</summary>
public sealed record DatasetSpec
{
    public required string Uri { get; init; }
    public required string Format { get; init; }
    public string Source { get; init; } = "auto";
    public IDictionary<string, string>? Columns { get; init; }
    public FilterSpec? Filter { get; init; }
    public SplitSpec Split { get; init; } = new();
}

/// <summary>Which rows are left out.</summary>
public sealed record FilterSpec
{
    public long MinCharacters { get; init; }
    public long? MaxCharacters { get; init; }
    public bool DropDuplicates { get; init; }
}

/// <summary>Which rows are held back.</summary>
public sealed record SplitSpec
{
    public string Validation { get; init; } = "0.1";
    public long Seed { get; init; } = 42;
}

/// <summary>Values of <see cref="FineTuneJobSpec.ReadyWhen"/>.</summary>
public static class ReadyMilestones
{
    public const string Accepted = nameof(Accepted);
    public const string Started = nameof(Started);
    public const string Succeeded = nameof(Succeeded);
}
