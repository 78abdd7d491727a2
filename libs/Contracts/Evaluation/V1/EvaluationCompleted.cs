using MassTransit;

namespace Platform.Contracts.Evaluation.V1;

/// <summary>A run's scorecard was written.</summary>
[MessageUrn("platform:evaluation-completed:v1")]
public sealed record EvaluationCompleted : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string SpecDigest { get; init; }
    public required int Scores { get; init; }
}
