using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>Which weights are trained, and how: a type, and the block named after it for what differs from the defaults.</summary>
public sealed record MethodSpec
{
    public required string Type { get; init; }
    public LoraSpec? Lora { get; init; }
    public AdaloraSpec? Adalora { get; init; }
    public Ia3Spec? Ia3 { get; init; }
    public LnTuningSpec? LnTuning { get; init; }
    public LohaSpec? Loha { get; init; }
    public LokrSpec? Lokr { get; init; }
    public OftSpec? Oft { get; init; }
    public BoftSpec? Boft { get; init; }
    public VeraSpec? Vera { get; init; }
    public PromptTuningSpec? PromptTuning { get; init; }
    public PTuningSpec? PTuning { get; init; }
    public PrefixTuningSpec? PrefixTuning { get; init; }
    public PTuningV2Spec? PTuningV2 { get; init; }
    public BottleneckSpec? Adapter { get; init; }
}
