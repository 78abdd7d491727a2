using MassTransit;

namespace Platform.Contracts.Datasets.V1;

/// <summary>A run's dataset has rows that cannot be trained on.</summary>
[MessageUrn("platform:dataset-rejected:v1")]
public sealed record DatasetRejected : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string SourceUri { get; init; }
    public required long BadRows { get; init; }
    public required string Message { get; init; }
}
