using MassTransit;

namespace Platform.Contracts.Registry.V1;

/// <summary>An alias points to another version.</summary>
[MessageUrn("platform:alias-moved:v1")]
public sealed record AliasMoved : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string Model { get; init; }
    public required string Alias { get; init; }
    public required int ToVersion { get; init; }
    public int? FromVersion { get; init; }
}
