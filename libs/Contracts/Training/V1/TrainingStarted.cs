using MassTransit;

namespace Platform.Contracts.Training.V1;

/// <summary>The operator started training for a run.</summary>
[MessageUrn("platform:training-started:v1")]
public sealed record TrainingStarted : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string SpecDigest { get; init; }
    public required string Job { get; init; }
}
