using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Gemma2;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;

namespace Platform.Modeling.Gemma3;

/// <summary>
/// The figures of the text model of Gemma 3 (Gemma Team, 2025): Gemma 2 with norms of queries and keys in the place of bounded scores,
/// and rotations of its own in the blocks that slide.
/// </summary>
public sealed record Gemma3Config : Gemma2Config
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private Gemma3Config(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "Gemma3ForCausalLM";
    public override string ModelType => "gemma3_text";

    /// <summary>The base of the rotations in blocks that slide.</summary>
    public double LocalTheta { get; init; } = 10_000;

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with
    {
        HeadNormEpsilon = NormEpsilon,
        NormsAroundOne = true,
        Rotary = Windows[block] is null ? Rotary : new RotaryOptions { Theta = LocalTheta },
    };

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new Gemma3Config Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var shared = Read(fields, defaultMaxPositions: 131_072);
        var pattern = fields.Positive(fields.Either("sliding_window_pattern", "_sliding_window_pattern"), 6);
        var local = new ConfigFields((fields.Json["rope_parameters"] as JsonObject)?[SlidingFields.Sliding] as JsonObject ?? []);
        var kind = local.Text("rope_type", RotaryOptions.Default);
        fields.Require(kind == RotaryOptions.Default, $"rope_parameters.sliding_attention.rope_type is '{kind}'; blocks that slide can only have '{RotaryOptions.Default}'");
        var config = new Gemma3Config(shared)
        {
            Rotary = RotaryFields.Read(fields, shared.MaxPositions, theta: 1_000_000, layerType: SlidingFields.Full),
            LocalTheta = local.Real("rope_theta", fields.Real("rope_local_base_freq", 10_000)),
            QueryScalar = fields.AboveZero("query_pre_attn_scalar", 256)!.Value,
            LogitSoftCap = fields.AboveZero("final_logit_softcapping", null), // attn_logit_softcapping is read by no version of the model
            Windows = SlidingFields.ByType(fields, shared.Layers, fields.Positive("sliding_window", 4096), slides: block => (block + 1) % pattern != 0),
        };
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json["rope_local_base_freq"] = LocalTheta;

        // Versions before layer_types read the rule only.
        var full = Windows.ToList().IndexOf(null) + 1;
        if (full > 0) json["sliding_window_pattern"] = full;
        return json;
    }
}
