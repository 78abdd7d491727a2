using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Phi3;

/// <summary>The figures of Phi-3 (Abdin et al., 2024): Llama with fused projections, a window, and LongRoPE in its long variants.</summary>
public sealed record Phi3Config : LlamaConfig
{
    private const string Fraction = "partial_rotary_factor";
    private const string OriginalPositions = "original_max_position_embeddings";

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private Phi3Config(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "Phi3ForCausalLM";
    public override string ModelType => "phi3";

    public long? SlidingWindow { get; init; }

    public override long? CacheBorder => Rotary.Kind == RotaryOptions.LongRope ? Rotary.OriginalMaxPositions : null;

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with { Window = SlidingWindow };

    internal override nn.Module<Tensor, ForwardContext, Tensor> CreateBlock(int index, ScalarType dtype, Device device) => new LlamaDecoderLayer(
        new Phi3Attention(AttentionOf(index), index, dtype, device),
        new FusedGatedMlp(HiddenSize, IntermediateSize, Activation, bias: false, dtype, device),
        CreateNorm(dtype, device),
        CreateNorm(dtype, device));

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new Phi3Config Parse(JsonObject json)
    {
        var fields = new ConfigFields(WithTodaysNames(json));
        var shared = Read(fields);
        var maxPositions = fields.Positive("max_position_embeddings", 4096);
        var config = new Phi3Config(shared)
        {
            AttentionBias = false,
            MlpBias = false,
            NormEpsilon = fields.Real("rms_norm_eps", 1e-5),
            MaxPositions = maxPositions,
            Rotary = RotaryFields.Read(fields, maxPositions, fraction: 1),
            SlidingWindow = fields.Has("sliding_window") ? fields.Positive("sliding_window") : null,
        };
        var rotated = config.AttentionOf(0).RotatedWidth;
        fields.Require(rotated >= 2 && rotated % 2 == 0, $"{Fraction} is {config.Rotary.Fraction}; it must rotate an even number of the head's {config.HeadWidth} dimensions, at least 2");
        fields.Require(config.Rotary.Kind is RotaryOptions.Default or RotaryOptions.LongRope, $"rope_type is '{config.Rotary.Kind}'; Phi-3 knows {RotaryOptions.Default}, {RotaryOptions.LongRope}");
        RequireFactors(fields, config.Rotary, rotated / 2);
        fields.Require(fields.Real("resid_pdrop", 0) == 0, "resid_pdrop is not 0; dropping parts of the residual is not supported for this family, set it to 0");
        fields.ThrowIfWrong();
        return config;
    }

    private static void RequireFactors(ConfigFields fields, RotaryOptions rotary, int pairs)
    {
        if (rotary.Kind != RotaryOptions.LongRope) return;
        fields.Require(rotary.ShortFactors?.Length == pairs, $"short_factor holds {rotary.ShortFactors?.Length ?? 0} factors; {pairs} pairs of dimensions are rotated");
        fields.Require(rotary.LongFactors?.Length == pairs, $"long_factor holds {rotary.LongFactors?.Length ?? 0} factors; {pairs} pairs of dimensions are rotated");
    }

    /// <summary>The first configs call LongRoPE <c>su</c> or <c>yarn</c>.</summary>
    private static JsonObject WithTodaysNames(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        foreach (var settings in new[] { copy["rope_scaling"], copy["rope_parameters"] }.OfType<JsonObject>())
        {
            foreach (var key in new[] { "type", "rope_type" })
            {
                if (settings[key]?.ToString() is "su" or RotaryOptions.Yarn) settings[key] = RotaryOptions.LongRope;
            }
        }

        if (copy["rope_scaling"] is JsonObject) copy[OriginalPositions] ??= 4096;
        return copy;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json.Remove("mlp_bias");
        json["sliding_window"] = SlidingWindow;
        json[Fraction] = Rotary.Fraction;
        json[OriginalPositions] = Rotary.OriginalMaxPositions;
        if (json["rope_scaling"] is not JsonObject scaling) return json;

        // 4.x wants these three keys and no others; the factor follows from both lengths.
        scaling.Remove("rope_type");
        scaling.Remove(OriginalPositions);
        if (Rotary.Factor == (double)MaxPositions / Rotary.OriginalMaxPositions) scaling.Remove("factor");
        scaling["type"] = Rotary.Kind;
        return json;
    }
}
