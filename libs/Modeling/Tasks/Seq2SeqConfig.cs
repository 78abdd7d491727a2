using System.Text.Json.Nodes;

namespace Platform.Modeling.Tasks;

/// <summary>What the config.json of every encoder-decoder model says. <see cref="LanguageModelConfig.Layers"/> counts the encoder's.</summary>
public abstract record Seq2SeqConfig : LanguageModelConfig
{
    public required int DecoderLayers { get; init; }

    /// <summary>The token every output begins with.</summary>
    public long? DecoderStartTokenId { get; init; }

    /// <summary>The class's labels where it is a classifier; null for other models.</summary>
    public ClassificationLabels? Labels { get; init; }

    /// <summary>The keys that every encoder-decoder model writes alike.</summary>
    protected JsonObject SharedSeq2SeqJson()
    {
        var json = SharedJson();
        json["is_encoder_decoder"] = true;
        json["decoder_start_token_id"] = DecoderStartTokenId;
        Labels?.Write(json);
        return json;
    }
}
