using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Clip;

/// <summary>The figures of both towers and of the space they share.</summary>
public sealed record ClipConfig : ModelConfig
{
    public override string Architecture => "CLIPModel";
    public override string ModelType => "clip";

    public required ClipTextConfig Text { get; init; }
    public required ClipVisionConfig Vision { get; init; }
    public long ProjectionSize { get; init; } = 512;

    /// <summary>What a new model begins with; the similarities are multiplied by its exponential.</summary>
    public double LogitScale { get; init; } = 2.6592;

    public double InitializerFactor { get; init; } = 1;

    /// <exception cref="ModelConfigException">Keys are wrong; the message lists those of one part.</exception>
    public static ClipConfig Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var config = new ClipConfig
        {
            Text = ClipTextConfig.Parse(json),
            Vision = ClipVisionConfig.Parse(json),
            ProjectionSize = fields.Positive("projection_dim", 512),
            LogitScale = fields.Real("logit_scale_init_value", 2.6592),
            InitializerFactor = fields.Real("initializer_factor", 1),
        };
        fields.ThrowIfWrong();
        return config;
    }

    /// <summary>
    /// A tower's part of a config. Where the oldest files have <c>text_config_dict</c> as well, that one counts, with defaults for what
    /// it leaves out.
    /// </summary>
    internal static JsonObject Tower(JsonObject json, string part) =>
        json[part + "_dict"] as JsonObject ?? json[part] as JsonObject ?? (json["model_type"]?.ToString() == "clip" ? [] : json);

    public override JsonObject ToJson() => new()
    {
        ["architectures"] = new JsonArray(Architecture),
        ["model_type"] = ModelType,
        ["text_config"] = Text.ToJson(),
        ["vision_config"] = Vision.ToJson(),
        ["projection_dim"] = ProjectionSize,
        ["logit_scale_init_value"] = LogitScale,
        ["initializer_factor"] = InitializerFactor,
    };
}
