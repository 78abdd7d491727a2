namespace Platform.Modeling;

/// <summary>What the config.json of every model of text says.</summary>
public abstract record LanguageModelConfig : ModelConfig
{
    public required long VocabularySize { get; init; }
    public required long HiddenSize { get; init; }

    /// <summary>The width of what enters the head.</summary>
    public virtual long OutputSize => HiddenSize;

    public required int Layers { get; init; }

    /// <summary>The longest input the positions are meant for.</summary>
    public long MaxPositions { get; init; } = 2048;

    public bool TieWordEmbeddings { get; init; }
    public long? BosTokenId { get; init; }
    public IReadOnlyList<long> EosTokenIds { get; init; } = [];
    public long? PadTokenId { get; init; }
}
