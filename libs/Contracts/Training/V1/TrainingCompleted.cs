using MassTransit;

namespace Platform.Contracts.Training.V1;

/// <summary>A run wrote its final checkpoint: an adapter, or a whole model. Told after the upload is durable.</summary>
[MessageUrn("platform:training-completed:v1")]
public sealed record TrainingCompleted : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string SpecDigest { get; init; }
    public required Uri Checkpoint { get; init; }
    public required string CheckpointDigest { get; init; }
    public required long Steps { get; init; }
}
