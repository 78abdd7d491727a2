using System.Text.Json.Nodes;
using Platform.Modeling.Clip;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Llava;

/// <summary>The figures of LLaVA (Liu et al., 2023): those of an image tower and of a decoder, and how the one feeds the other.</summary>
public sealed record LlavaConfig : LanguageModelConfig
{
    internal const string ClassName = "LlavaForConditionalGeneration";

    public override string Architecture => ClassName;
    public override string ModelType => "llava";

    public override long? CachedPositions => Text.CachedPositions;

    public required LanguageModelConfig Text { get; init; }
    public required ClipVisionConfig Vision { get; init; }

    /// <summary>The token in whose places an image's features stand, one for each.</summary>
    public long ImageTokenId { get; init; } = 32_000;

    /// <summary>The image tower's layers whose states, side by side, are the features: 0 is the first block's input, -1 the last output.</summary>
    public IReadOnlyList<int> FeatureLayers { get; init; } = [-2];

    /// <summary>Whether config.json says the layers as a list.</summary>
    public bool FeatureLayersAreListed { get; init; }

    /// <summary>Whether the tower's class token is left out of the features.</summary>
    public bool DropsClassToken { get; init; } = true;

    public string ProjectorActivation { get; init; } = "gelu";
    public bool ProjectorBias { get; init; } = true;

    /// <summary>The features of an image.</summary>
    public long TokensPerImage => Vision.Patches + (DropsClassToken ? 0 : 1);

    /// <param name="text">the config of the decoder, read from text_config</param>
    /// <exception cref="ModelConfigException">Keys are wrong, or ask for what is not there; the message lists all.</exception>
    public static LlavaConfig Parse(JsonObject json, LanguageModelConfig text)
    {
        var fields = new ConfigFields(json);
        var vision = LlavaParts.Vision(json);
        var type = vision["model_type"]?.ToString();
        fields.Require(type == ClipVisionConfig.Type, $"vision_config.model_type is '{type}'; only '{ClipVisionConfig.Type}' is supported");
        var strategy = fields.Text("vision_feature_select_strategy", "default");
        fields.Require(strategy is "default" or "full", $"vision_feature_select_strategy is '{strategy}'; known are default, full");
        var layers = ReadFeatureLayers(fields);
        var activation = fields.Activation("projector_hidden_act", "gelu");
        fields.ThrowIfWrong();

        var config = new LlavaConfig
        {
            VocabularySize = text.VocabularySize,
            HiddenSize = text.HiddenSize,
            Layers = text.Layers,
            MaxPositions = text.MaxPositions,
            InitializerRange = text.InitializerRange,
            TieWordEmbeddings = text.TieWordEmbeddings,
            BosTokenId = text.BosTokenId,
            EosTokenIds = text.EosTokenIds,
            PadTokenId = fields.OptionalId("pad_token_id") ?? text.PadTokenId,
            Text = text,
            Vision = ClipVisionConfig.Parse(vision),
            ImageTokenId = fields.OptionalId("image_token_index") ?? fields.OptionalId("image_token_id") ?? 32_000,
            FeatureLayers = layers,
            FeatureLayersAreListed = json["vision_feature_layer"] is JsonArray,
            DropsClassToken = strategy == "default",
            ProjectorActivation = activation,
            ProjectorBias = fields.Flag("multimodal_projector_bias", true),
        };
        foreach (var layer in layers) fields.Require(layer >= -config.Vision.Layers - 1 && layer <= config.Vision.Layers, $"vision_feature_layer is {layer}; the image tower has the layers {-config.Vision.Layers - 1}..{config.Vision.Layers}");
        fields.ThrowIfWrong();
        return config;
    }

    private static int[] ReadFeatureLayers(ConfigFields fields) => fields.Json["vision_feature_layer"] switch
    {
        null => [-2],
        JsonArray { Count: > 0 } => [.. fields.Ids("vision_feature_layer").Select(layer => (int)layer)],
        JsonValue when fields.OptionalId("vision_feature_layer") is { } layer => [(int)layer],
        var other => fields.Wrong<int[]>("vision_feature_layer", $"is {other.ToJsonString()}; it must be a whole number or a list of them", [-2]),
    };

    public override JsonObject ToJson() => new()
    {
        ["architectures"] = new JsonArray(Architecture),
        ["model_type"] = ModelType,
        ["ignore_index"] = -100,
        ["image_seq_length"] = TokensPerImage,
        ["image_token_index"] = ImageTokenId,
        ["multimodal_projector_bias"] = ProjectorBias,
        ["pad_token_id"] = PadTokenId,
        ["projector_hidden_act"] = ProjectorActivation,
        ["text_config"] = Text.ToJson(),
        ["tie_word_embeddings"] = TieWordEmbeddings,
        ["vision_config"] = Vision.ToJson(),
        ["vision_feature_layer"] = FeatureLayersAreListed ? new JsonArray([.. FeatureLayers.Select(layer => (JsonNode)layer)]) : FeatureLayers[0],
        ["vision_feature_select_strategy"] = DropsClassToken ? "default" : "full",
    };
}
