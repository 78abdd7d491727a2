namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>What the operator observed.</summary>
public sealed record FineTuneJobStatus
{
    public long ObservedGeneration { get; init; } = -1;
    public string? Phase { get; init; }
    public IList<Condition>? Conditions { get; init; }
    public DateTime? StartTime { get; init; }
    public DateTime? CompletionTime { get; init; }
    public EstimateStatus? Estimate { get; init; }
    public ProgressStatus? Progress { get; init; }
    public IDictionary<string, int>? Attempts { get; init; }
    public PinnedModel? Model { get; init; }
    public PinnedDataset? Dataset { get; init; }
    public IList<PinnedSuite>? Suites { get; init; }
    public ArtifactsStatus? Artifacts { get; init; }
    public IList<ScoreStatus>? Scores { get; init; }
    public ModelVersionStatus? ModelVersion { get; init; }
}

/// <summary>One aspect of the job's state; the shape of the Kubernetes API conventions.</summary>
public sealed record Condition
{
    public required string Type { get; init; }
    public required string Status { get; init; }
    public long? ObservedGeneration { get; init; }
    public required DateTime LastTransitionTime { get; init; }
    public required string Reason { get; init; }
    public required string Message { get; init; }
}

/// <summary>How far the running stage is.</summary>
public sealed record ProgressStatus
{
    public string? Summary { get; init; }
    public int? Percent { get; init; }
    public long? Step { get; init; }
    public long? TotalSteps { get; init; }
    public string? Eta { get; init; }
    public long? EtaSeconds { get; init; }
    public string? Loss { get; init; }
    public string? TokensPerSecond { get; init; }
}

/// <summary>What training is expected to take, told before it starts.</summary>
public sealed record EstimateStatus
{
    public required string Memory { get; init; }
    public long? Parameters { get; init; }
    public long? TrainedParameters { get; init; }
}

/// <summary>One measured value.</summary>
public sealed record ScoreStatus
{
    public required string Suite { get; init; }
    public required string Subject { get; init; }
    public required string Metric { get; init; }
    public required string Value { get; init; }
}

/// <summary>What was registered.</summary>
public sealed record ModelVersionStatus
{
    public required string Model { get; init; }
    public required int Version { get; init; }
    public string? Alias { get; init; }
}
