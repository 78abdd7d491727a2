using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Mistral;

/// <summary>The classes of the family.</summary>
internal static class MistralFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Mistral", "mistral", (json, dtype, device) => new LlamaForCausalLm(MistralConfig.Parse(json), dtype, device));
}
