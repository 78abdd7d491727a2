using MassTransit;

namespace Platform.Contracts.Quantization.V1;

/// <summary>A quantized model of a run was written and measured.</summary>
[MessageUrn("platform:model-quantized:v1")]
public sealed record ModelQuantized : IRunEvent
{
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string Format { get; init; }
    public required Uri Model { get; init; }
    public required string ModelDigest { get; init; }
    public required long SizeBytes { get; init; }
}
