using Platform.Peft.AdaLora;
using Platform.Peft.Bottleneck;
using Platform.Peft.PrefixTuning;
using Platform.Training.Bench;

namespace Platform.Peft.Bench;

/// <summary>The methods that are compared, of about the same size where the method lets it be chosen.</summary>
internal static class MethodCatalog
{
    /// <summary>What the others are compared with.</summary>
    public const string Full = "full";

    /// <summary>Null: the whole model is trained.</summary>
    public static readonly IReadOnlyList<(string Name, AdapterOptions? Options)> All =
    [
        (Full, null),
        ("LoRA", Workload.Lora),
        ("DoRA", Workload.Lora with { WeightDecomposed = true }),
        ("AdaLoRA", new AdaLoraOptions { InitialRank = Workload.Rank * 3 / 2, TargetRank = Workload.Rank, Alpha = 2 * Workload.Rank, TotalSteps = 10_000, TargetModules = Workload.Adapted }),
        ("prefix tuning", new PrefixTuningOptions { VirtualTokens = 20 }),
        ("Houlsby adapters", BottleneckOptions.Houlsby),
    ];
}
