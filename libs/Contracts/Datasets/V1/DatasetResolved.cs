using MassTransit;

namespace Platform.Contracts.Datasets.V1;

/// <summary>A run's dataset was checked, split and stored under its digest.</summary>
[MessageUrn("platform:dataset-resolved:v1")]
public sealed record DatasetResolved : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string DatasetDigest { get; init; }
    public required Uri Train { get; init; }
    public required long TrainRows { get; init; }
    public Uri? Validation { get; init; }
    public long? ValidationRows { get; init; }
}
