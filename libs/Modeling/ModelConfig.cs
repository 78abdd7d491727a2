using System.Text.Json.Nodes;

namespace Platform.Modeling;

/// <summary>What every family's config.json says.</summary>
public abstract record ModelConfig
{
    /// <summary>The name of the class in transformers, e.g. <c>LlamaForCausalLM</c>.</summary>
    public abstract string Architecture { get; }

    /// <summary>E.g. <c>llama</c>.</summary>
    public abstract string ModelType { get; }

    public required long VocabularySize { get; init; }
    public required long HiddenSize { get; init; }
    public required int Layers { get; init; }

    /// <summary>The longest input the positions are meant for.</summary>
    public long MaxPositions { get; init; } = 2048;

    public bool TieWordEmbeddings { get; init; }
    public double InitializerRange { get; init; } = 0.02;
    public long? BosTokenId { get; init; }
    public IReadOnlyList<long> EosTokenIds { get; init; } = [];
    public long? PadTokenId { get; init; }

    /// <summary>The keys of config.json that say the above, in the style most readers understand (4.x).</summary>
    public abstract JsonObject ToJson();
}
