using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Clip;

/// <summary>What both towers of CLIP have.</summary>
public abstract record ClipTowerConfig : ModelConfig
{
    public override string Architecture => ClassName;

    /// <summary>The class in transformers that has this config at its top.</summary>
    public required string ClassName { get; init; }

    public required long HiddenSize { get; init; }
    public required long IntermediateSize { get; init; }
    public required int Layers { get; init; }
    public required long Heads { get; init; }
    public string Activation { get; init; } = "quick_gelu";
    public double NormEpsilon { get; init; } = 1e-5;
    public double AttentionDropout { get; init; }
    public double InitializerFactor { get; init; } = 1;

    /// <summary>The width of the space both towers project to, for a tower with a projection of its own.</summary>
    public long ProjectionSize { get; init; } = 512;

    internal static void Check(ClipTowerConfig config, ConfigFields fields)
    {
        fields.Require(config.HiddenSize % config.Heads == 0, $"num_attention_heads is {config.Heads}; it must divide hidden_size, {config.HiddenSize}");
        fields.ThrowIfWrong();
    }

    public override JsonObject ToJson() => new()
    {
        ["architectures"] = new JsonArray(ClassName),
        ["model_type"] = ModelType,
        ["hidden_size"] = HiddenSize,
        ["intermediate_size"] = IntermediateSize,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = Heads,
        ["hidden_act"] = Activation,
        ["layer_norm_eps"] = NormEpsilon,
        ["attention_dropout"] = AttentionDropout,
        ["initializer_factor"] = InitializerFactor,
        ["initializer_range"] = InitializerRange,
        ["projection_dim"] = ProjectionSize,
    };
}
