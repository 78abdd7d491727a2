using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Qwen3;

/// <summary>The classes of the family.</summary>
internal static class Qwen3Family
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Qwen3", "qwen3", (json, dtype, device) => new LlamaForCausalLm(Qwen3Config.Parse(json), dtype, device));
}
