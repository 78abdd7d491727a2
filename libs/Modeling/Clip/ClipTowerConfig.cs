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
    public int Layers { get; init; } = 12;
    public required long Heads { get; init; }
    public string Activation { get; init; } = "quick_gelu";
    public double NormEpsilon { get; init; } = 1e-5;
    public double AttentionDropout { get; init; }
    public double InitializerFactor { get; init; } = 1;

    /// <summary>The width of the space both towers project to, for a tower with a projection of its own.</summary>
    public long ProjectionSize { get; init; } = 512;

    /// <summary>Reads what both towers have; what a config does not say stays as in <paramref name="defaults"/>.</summary>
    private protected static T Read<T>(ConfigFields fields, T defaults)
        where T : ClipTowerConfig
    {
        var config = defaults with
        {
            HiddenSize = fields.Positive("hidden_size", defaults.HiddenSize),
            IntermediateSize = fields.Positive("intermediate_size", defaults.IntermediateSize),
            Layers = fields.Blocks("num_hidden_layers", defaults.Layers),
            Heads = fields.Positive("num_attention_heads", defaults.Heads),
            Activation = fields.Activation("hidden_act", defaults.Activation),
            NormEpsilon = fields.Real("layer_norm_eps", defaults.NormEpsilon),
            AttentionDropout = fields.Probability("attention_dropout", defaults.AttentionDropout),
            InitializerFactor = fields.Real("initializer_factor", defaults.InitializerFactor),
            InitializerRange = fields.Real("initializer_range", defaults.InitializerRange),
            ProjectionSize = fields.Positive("projection_dim", defaults.ProjectionSize),
        };
        fields.Require(config.HiddenSize % config.Heads == 0, $"num_attention_heads is {config.Heads}; it must divide hidden_size, {config.HiddenSize}");
        return config;
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
