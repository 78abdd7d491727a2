using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Glm;

/// <summary>The classes of the family.</summary>
internal static class GlmFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models = DecoderHeads.Of("Glm", "glm", (json, dtype, device) => Create(GlmConfig.Parse(json), dtype, device));

    private static LlamaForCausalLm Create(GlmConfig config, ScalarType dtype, Device device) =>
        new(config, dtype, device, i => new LlamaDecoderLayer(config, i, dtype, device, new FusedGatedMlp(config.HiddenSize, config.IntermediateSize, config.Activation, bias: false, dtype, device)));
}
