using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Clip;

/// <summary>The figures of CLIP's image tower; the defaults are those of transformers.</summary>
public sealed record ClipVisionConfig : ClipTowerConfig
{
    internal const string Type = "clip_vision_model";

    public override string ModelType => Type;

    /// <summary>Pixels on each side.</summary>
    public required long ImageSize { get; init; }

    public required long PatchSize { get; init; }
    public long Channels { get; init; } = 3;

    public long Patches => ImageSize / PatchSize * (ImageSize / PatchSize);

    /// <param name="json">the tower's config, or one of a whole CLIP that holds it</param>
    /// <exception cref="ModelConfigException">Keys are wrong; the message lists all.</exception>
    public static ClipVisionConfig Parse(JsonObject json, string className = "CLIPVisionModel")
    {
        var fields = new ConfigFields(ClipConfig.Tower(json, "vision_config"));
        var config = new ClipVisionConfig
        {
            ClassName = className,
            HiddenSize = fields.Positive("hidden_size", 768),
            IntermediateSize = fields.Positive("intermediate_size", 3072),
            Layers = fields.Blocks("num_hidden_layers", 12),
            Heads = fields.Positive("num_attention_heads", 12),
            Activation = fields.Activation("hidden_act", "quick_gelu"),
            NormEpsilon = fields.Real("layer_norm_eps", 1e-5),
            AttentionDropout = fields.Probability("attention_dropout", 0),
            InitializerFactor = fields.Real("initializer_factor", 1),
            InitializerRange = fields.Real("initializer_range", 0.02),
            ProjectionSize = fields.Positive("projection_dim", 512),
            ImageSize = fields.Positive("image_size", 224),
            PatchSize = fields.Positive("patch_size", 32),
            Channels = fields.Positive("num_channels", 3),
        };
        fields.Require(config.PatchSize <= config.ImageSize, $"patch_size is {config.PatchSize}; it must not exceed image_size, {config.ImageSize}");
        Check(config, fields);
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json["image_size"] = ImageSize;
        json["patch_size"] = PatchSize;
        json["num_channels"] = Channels;
        return json;
    }
}
