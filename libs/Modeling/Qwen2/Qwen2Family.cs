using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Qwen2;

/// <summary>The classes of the family.</summary>
internal static class Qwen2Family
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Qwen2", "qwen2", (json, dtype, device) => new LlamaForCausalLm(Qwen2Config.Parse(json), dtype, device));
}
