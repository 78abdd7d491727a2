using MassTransit;

namespace Platform.Contracts.Registry.V1;

/// <summary>A run's model became an immutable version.</summary>
[MessageUrn("platform:model-version-registered:v1")]
public sealed record ModelVersionRegistered : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string ArtifactDigest { get; init; }
}
