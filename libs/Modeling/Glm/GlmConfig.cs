using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Modeling.Glm;

/// <summary>
/// The figures of GLM-4-9B and its relatives (GLM Team, 2024): Llama with neighbouring pairs of a part of each head rotated, biases
/// of queries, keys and values only, gate and up in one projection.
/// </summary>
public record GlmConfig : LlamaConfig
{
    private const string RotatedPart = "partial_rotary_factor";

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    protected GlmConfig(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "GlmForCausalLM";
    public override string ModelType => "glm";

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with { OutputBias = false };

    internal override nn.Module<Tensor, ForwardContext, Tensor> CreateBlock(int index, ScalarType dtype, Device device) => new LlamaDecoderLayer(
        new GroupedQueryAttention(AttentionOf(index), index, dtype, device),
        new FusedGatedMlp(HiddenSize, IntermediateSize, Activation, bias: false, dtype, device),
        CreateNorm(dtype, device),
        CreateNorm(dtype, device));

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new GlmConfig Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var config = new GlmConfig(Read(fields));
        fields.ThrowIfWrong();
        return config;
    }

    /// <summary>Reads the keys of both generations.</summary>
    internal static new LlamaConfig Read(ConfigFields fields)
    {
        var shared = LlamaConfig.Read(fields);
        var config = shared with
        {
            KeyValueHeads = fields.Positive("num_key_value_heads", 2),
            HeadWidth = fields.Positive("head_dim", 128),
            AttentionBias = fields.Flag("attention_bias", true),
            MlpBias = false,
            NormEpsilon = fields.Real("rms_norm_eps", 1.5625e-7),
            Rotary = RotaryFields.Read(fields, shared.MaxPositions, fraction: 0.5) with { Interleaved = true },
        };
        var rotated = config.AttentionOf(0).RotatedWidth;
        fields.Require(rotated >= 2 && rotated % 2 == 0, $"{RotatedPart} is {config.Rotary.Fraction}; it must rotate an even number of the head's {config.HeadWidth} dimensions, at least 2");
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json.Remove("mlp_bias");
        json[RotatedPart] = Rotary.Fraction;
        return json;
    }
}
