using MassTransit;

namespace Platform.Contracts.Training.V1;

/// <summary>A run's training ended without an adapter.</summary>
[MessageUrn("platform:training-failed:v1")]
public sealed record TrainingFailed : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string SpecDigest { get; init; }
    public required string Reason { get; init; }
    public required string Message { get; init; }
}
