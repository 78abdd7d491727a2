using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Glm4;

/// <summary>The classes of the family.</summary>
internal static class Glm4Family
{
    public static readonly IReadOnlyList<ModelFamily> Models = DecoderHeads.Of("Glm4", "glm4", (json, dtype, device) => Create(Glm4Config.Parse(json), dtype, device));

    private static LlamaForCausalLm Create(Glm4Config config, ScalarType dtype, Device device) =>
        new(config, dtype, device, i => new Glm4DecoderLayer(config, i, dtype, device));
}
