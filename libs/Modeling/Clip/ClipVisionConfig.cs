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
        var config = Read(fields, new ClipVisionConfig { ClassName = className, HiddenSize = 768, IntermediateSize = 3072, Heads = 12, ImageSize = 224, PatchSize = 32 });
        config = config with
        {
            ImageSize = fields.Positive("image_size", config.ImageSize),
            PatchSize = fields.Positive("patch_size", config.PatchSize),
            Channels = fields.Positive("num_channels", config.Channels),
        };
        fields.Require(config.PatchSize <= config.ImageSize, $"patch_size is {config.PatchSize}; it must not exceed image_size, {config.ImageSize}");
        fields.ThrowIfWrong();
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
