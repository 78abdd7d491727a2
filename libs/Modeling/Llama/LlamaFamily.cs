using Platform.Modeling.Tasks;

namespace Platform.Modeling.Llama;

/// <summary>The classes of the family.</summary>
internal static class LlamaFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Llama", "llama", (json, dtype, device) => new LlamaForCausalLm(LlamaConfig.Parse(json), dtype, device));
}
