using System.Text.Json.Nodes;

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

    /// <summary>How many positions any block sees, itself included, if all blocks slide over the text; null: some block sees all.</summary>
    public virtual long? CachedPositions => null;

    /// <summary>The longest text whose cached keys stay as they are: beyond it all are computed anew, once; null: they never change.</summary>
    public virtual long? CacheBorder => null;

    public bool TieWordEmbeddings { get; init; }
    public long? BosTokenId { get; init; }
    public IReadOnlyList<long> EosTokenIds { get; init; } = [];
    public long? PadTokenId { get; init; }

    /// <summary>The keys that every model of text writes alike.</summary>
    protected JsonObject SharedJson() => new()
    {
        ["architectures"] = new JsonArray(Architecture),
        ["model_type"] = ModelType,
        ["vocab_size"] = VocabularySize,
        ["tie_word_embeddings"] = TieWordEmbeddings,
        ["bos_token_id"] = BosTokenId,
        ["eos_token_id"] = EosTokenIds.Count == 1 ? EosTokenIds[0] : EosTokenIds.Count == 0 ? null : new JsonArray([.. EosTokenIds.Select(id => (JsonNode)id)]),
        ["pad_token_id"] = PadTokenId,
        ["use_cache"] = true,
    };
}
