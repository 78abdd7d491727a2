namespace Platform.Modeling.Tasks;

/// <summary>What the config.json of every encoder-decoder model says. <see cref="LanguageModelConfig.Layers"/> counts the encoder's.</summary>
public abstract record Seq2SeqConfig : LanguageModelConfig
{
    public required int DecoderLayers { get; init; }

    /// <summary>The token every output begins with.</summary>
    public long? DecoderStartTokenId { get; init; }
}
