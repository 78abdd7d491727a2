using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Methods;

/// <summary>The methods a job can choose. Full fine-tuning trains every weight and has no block.</summary>
internal static class MethodCatalog
{
    public const string Full = "full";

    public static readonly IReadOnlyList<FineTuningMethod> All =
    [
        new LoraMethod(),
        new AdaloraMethod(),
        new Ia3Method(),
        new LnTuningMethod(),
        new LohaMethod(),
        new LokrMethod(),
        new OftMethod(),
        new BoftMethod(),
        new VeraMethod(),
        new PromptTuningMethod(),
        new PTuningMethod(),
        new PrefixTuningMethod(),
        new PTuningV2Method(),
        new BottleneckMethod(),
    ];

    public static IReadOnlyList<string> Types { get; } = [Full, .. All.Select(method => method.Type)];

    /// <summary>Null for full fine-tuning, and for a type that is none.</summary>
    public static FineTuningMethod? Of(MethodSpec method) => All.FirstOrDefault(known => known.Type == method.Type);
}
