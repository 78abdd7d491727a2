using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Glm4;

/// <summary>The classes of the family.</summary>
internal static class Glm4Family
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Glm4", "glm4", (json, dtype, device) => new LlamaForCausalLm(Glm4Config.Parse(json), dtype, device));
}
