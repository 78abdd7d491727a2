using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Glm;

/// <summary>The classes of the family.</summary>
internal static class GlmFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Glm", "glm", (json, dtype, device) => new LlamaForCausalLm(GlmConfig.Parse(json), dtype, device));
}
