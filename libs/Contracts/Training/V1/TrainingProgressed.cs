using MassTransit;

namespace Platform.Contracts.Training.V1;

/// <summary>A run's training moved on. Told at most once a second per run.</summary>
[MessageUrn("platform:training-progressed:v1")]
public sealed record TrainingProgressed : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string SpecDigest { get; init; }
    public required long Step { get; init; }
    public required long TotalSteps { get; init; }
}
