using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Clip;

/// <summary>The figures of CLIP's text tower; the defaults are those of transformers.</summary>
public sealed record ClipTextConfig : ClipTowerConfig
{
    internal const string Type = "clip_text_model";

    public override string ModelType => Type;

    public required long VocabularySize { get; init; }
    public long MaxPositions { get; init; } = 77;
    public long? BosTokenId { get; init; }

    /// <summary>Stands at the end of the text, where it is pooled. With 2, the value of old configs, the largest id does.</summary>
    public long EosTokenId { get; init; } = 49407;

    public long? PadTokenId { get; init; }

    /// <inheritdoc cref="ClipVisionConfig.Parse"/>
    public static ClipTextConfig Parse(JsonObject json, string className = "CLIPTextModel")
    {
        var fields = new ConfigFields(ClipConfig.Tower(json, "text_config"));
        var config = new ClipTextConfig
        {
            ClassName = className,
            HiddenSize = fields.Positive("hidden_size", 512),
            IntermediateSize = fields.Positive("intermediate_size", 2048),
            Layers = fields.Blocks("num_hidden_layers", 12),
            Heads = fields.Positive("num_attention_heads", 8),
            Activation = fields.Activation("hidden_act", "quick_gelu"),
            NormEpsilon = fields.Real("layer_norm_eps", 1e-5),
            AttentionDropout = fields.Probability("attention_dropout", 0),
            InitializerFactor = fields.Real("initializer_factor", 1),
            InitializerRange = fields.Real("initializer_range", 0.02),
            ProjectionSize = fields.Positive("projection_dim", 512),
            VocabularySize = fields.Positive("vocab_size", 49408),
            MaxPositions = fields.Positive("max_position_embeddings", 77),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenId = fields.OptionalId("eos_token_id") ?? 49407,
            PadTokenId = fields.OptionalId("pad_token_id"),
        };
        Check(config, fields);
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json["vocab_size"] = VocabularySize;
        json["max_position_embeddings"] = MaxPositions;
        json["bos_token_id"] = BosTokenId;
        json["eos_token_id"] = EosTokenId;
        json["pad_token_id"] = PadTokenId;
        return json;
    }
}
