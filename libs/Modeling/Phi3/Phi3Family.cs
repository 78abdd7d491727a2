using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Phi3;

/// <summary>The classes of the family.</summary>
internal static class Phi3Family
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Phi3", "phi3", (json, dtype, device) => new LlamaForCausalLm(Phi3Config.Parse(json), dtype, device));
}
