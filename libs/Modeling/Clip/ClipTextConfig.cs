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
        var config = Read(fields, new ClipTextConfig { ClassName = className, HiddenSize = 512, IntermediateSize = 2048, Heads = 8, VocabularySize = 49408 });
        config = config with
        {
            VocabularySize = fields.Positive("vocab_size", config.VocabularySize),
            MaxPositions = fields.Positive("max_position_embeddings", config.MaxPositions),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenId = fields.OptionalId("eos_token_id") ?? config.EosTokenId,
            PadTokenId = fields.OptionalId("pad_token_id"),
        };
        fields.ThrowIfWrong();
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
