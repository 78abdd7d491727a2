using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Vit;

/// <summary>The figures of a vision transformer; the defaults are those of transformers.</summary>
public sealed record VitConfig : ModelConfig
{
    public override string Architecture => ClassName;
    public override string ModelType => "vit";

    /// <summary>The class in transformers, e.g. <c>ViTForImageClassification</c>.</summary>
    public required string ClassName { get; init; }

    public required long HiddenSize { get; init; }
    public required long IntermediateSize { get; init; }
    public required int Layers { get; init; }
    public required long Heads { get; init; }
    public string Activation { get; init; } = "gelu";
    public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>Biases of queries, keys and values.</summary>
    public bool InputBias { get; init; } = true;

    /// <summary>The probability of dropping a hidden value while training.</summary>
    public double HiddenDropout { get; init; }

    /// <summary>The probability of dropping an attention weight while training.</summary>
    public double AttentionDropout { get; init; }

    public long Channels { get; init; } = 3;

    /// <summary>In pixels.</summary>
    public required (long Height, long Width) Image { get; init; }

    /// <summary>In pixels.</summary>
    public required (long Height, long Width) Patch { get; init; }

    public long PoolerSize { get; init; } = 768;
    public string PoolerActivation { get; init; } = "tanh";

    /// <summary>The classes, if the model is a classifier.</summary>
    public ClassificationLabels? Labels { get; init; }

    public long Patches => Image.Height / Patch.Height * (Image.Width / Patch.Width);

    /// <exception cref="ModelConfigException">Keys are wrong; the message lists all.</exception>
    public static VitConfig Parse(JsonObject json, string className)
    {
        var fields = new ConfigFields(json);
        var hidden = fields.Positive("hidden_size", 768);
        var config = new VitConfig
        {
            ClassName = className,
            HiddenSize = hidden,
            Layers = fields.Blocks("num_hidden_layers", 12),
            Heads = fields.Positive("num_attention_heads", 12),
            IntermediateSize = fields.Positive("intermediate_size", 3072),
            Activation = fields.Activation("hidden_act", "gelu"),
            HiddenDropout = fields.Probability("hidden_dropout_prob", 0),
            AttentionDropout = fields.Probability("attention_probs_dropout_prob", 0),
            InitializerRange = fields.Real("initializer_range", 0.02),
            NormEpsilon = fields.Real("layer_norm_eps", 1e-12),
            InputBias = fields.Flag("qkv_bias", true),
            Channels = fields.Positive("num_channels", 3),
            Image = Size(fields, "image_size", 224),
            Patch = Size(fields, "patch_size", 16),
            PoolerSize = fields.Positive("pooler_output_size", hidden),
            PoolerActivation = fields.Activation("pooler_act", "tanh"),
            Labels = className.EndsWith("Classification", StringComparison.Ordinal) ? ClassificationLabels.Read(json) : null,
        };
        fields.Require(hidden % config.Heads == 0, $"num_attention_heads is {config.Heads}; it must divide hidden_size, {hidden}");
        fields.Require(config.Patches > 0, $"patch_size is {config.Patch}; it must not exceed image_size, {config.Image}");
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(ClassName),
            ["model_type"] = ModelType,
            ["hidden_size"] = HiddenSize,
            ["intermediate_size"] = IntermediateSize,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["hidden_act"] = Activation,
            ["hidden_dropout_prob"] = HiddenDropout,
            ["attention_probs_dropout_prob"] = AttentionDropout,
            ["initializer_range"] = InitializerRange,
            ["layer_norm_eps"] = NormEpsilon,
            ["qkv_bias"] = InputBias,
            ["num_channels"] = Channels,
            ["image_size"] = Written(Image),
            ["patch_size"] = Written(Patch),
            ["pooler_output_size"] = PoolerSize,
            ["pooler_act"] = PoolerActivation,
        };
        Labels?.Write(json);
        return json;
    }

    /// <summary>One number for a square, or height and width.</summary>
    private static (long Height, long Width) Size(ConfigFields fields, string key, long otherwise)
    {
        if (fields.Json[key] is not JsonArray) return (fields.Positive(key, otherwise), fields.Positive(key, otherwise));

        var sides = fields.Ids(key);
        return sides.Count == 2 && sides.All(side => side is >= 1 and <= int.MaxValue)
            ? (sides[0], sides[1])
            : fields.Wrong(key, $"is {fields.Json[key]!.ToJsonString()}; it must be a whole number, or height and width", (otherwise, otherwise));
    }

    private static JsonNode Written((long Height, long Width) size) => size.Height == size.Width ? size.Height : new JsonArray(size.Height, size.Width);
}
