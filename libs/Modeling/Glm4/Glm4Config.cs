using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Glm;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Modeling.Glm4;

/// <summary>GLM-4-0414 (9B and 32B): GLM with a second norm after attention and after the MLP.</summary>
public sealed record Glm4Config : GlmConfig
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private Glm4Config(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "Glm4ForCausalLM";
    public override string ModelType => "glm4";

    internal override nn.Module<Tensor, ForwardContext, Tensor> CreateBlock(int index, ScalarType dtype, Device device) =>
        new Glm4DecoderLayer(this, index, dtype, device);

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new Glm4Config Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var config = new Glm4Config(Read(fields));
        fields.ThrowIfWrong();
        return config;
    }
}
