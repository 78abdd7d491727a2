namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>A file or folder in the object store with its digest.</summary>
public sealed record ArtifactStatus
{
    public required string Uri { get; init; }
    public required string Sha256 { get; init; }
    public long? SizeBytes { get; init; }
}

/// <summary>What the model's URI named when the job was accepted.</summary>
public sealed record PinnedModel
{
    public required string Uri { get; init; }
    public required ArtifactStatus Base { get; init; }
    public IList<ArtifactStatus>? Adapters { get; init; }
}

/// <summary>The dataset's rows as they were when the job was accepted.</summary>
public sealed record PinnedDataset
{
    public required string Digest { get; init; }
    public string? Format { get; init; }
    public ArtifactStatus? Train { get; init; }
    public long? TrainRows { get; init; }
    public ArtifactStatus? Validation { get; init; }
    public long? ValidationRows { get; init; }
    public IList<string>? LabelNames { get; init; }
}

/// <summary>A suite's own rows, pinned.</summary>
public sealed record PinnedSuite
{
    public required string Name { get; init; }
    public required string Uri { get; init; }
    public required string Digest { get; init; }
    public required string Format { get; init; }
    public required ArtifactStatus Rows { get; init; }
}

/// <summary>What the stages made.</summary>
public sealed record ArtifactsStatus
{
    public ArtifactStatus? Checkpoint { get; init; }
    public IList<QuantizedStatus>? Quantized { get; init; }
}

/// <summary>One quantized model.</summary>
public sealed record QuantizedStatus
{
    public required string Format { get; init; }
    public required string Uri { get; init; }
    public required string Sha256 { get; init; }
    public long? SizeBytes { get; init; }
    public long? OriginalSizeBytes { get; init; }
    public string? PerplexityBefore { get; init; }
    public string? PerplexityAfter { get; init; }
}
