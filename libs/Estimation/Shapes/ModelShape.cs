using System.Text.Json.Nodes;

namespace Platform.Estimation.Shapes;

/// <summary>What a model is made of, told from its config.json alone.</summary>
public sealed record ModelShape
{
    public required string ModelType { get; init; }

    /// <summary>The blocks that a text passes, or an image or a sound in encoders.</summary>
    public required BlockShape Blocks { get; init; }

    /// <summary>The second stack of a model that encodes one thing and decodes another; null: there is none.</summary>
    public BlockShape? Decoder { get; init; }

    /// <summary>Rows of the embedding; 0 where there is none.</summary>
    public long Vocabulary { get; init; }

    /// <summary>Whether the model gives every token of the vocabulary a score; otherwise its head is small.</summary>
    public bool ScoresTokens { get; init; }

    /// <summary>Positions of what the first stack reads, where they are always as many: those of a sound; null: as many as the text has.</summary>
    public long? SourcePositions { get; init; }

    public required IReadOnlyList<WeightShape> Weights { get; init; }

    public long Parameters => Weights.Sum(weight => weight.Total);

    /// <summary>Parameters in the matrices of the blocks' linear layers.</summary>
    public long BlockMatrixParameters => Weights.Where(weight => weight.IsBlockMatrix).Sum(weight => weight.Total);

    /// <summary>Bytes that one token leaves in the cache of keys and values of a decoder.</summary>
    public long CacheBytesPerToken(int bytesPerValue)
    {
        var stack = Decoder ?? Blocks;
        return 2 * stack.Layers * stack.KeyValueHeads * stack.HeadWidth * bytesPerValue;
    }

    /// <exception cref="ShapeException">A figure is missing or wrong, or the family is not known.</exception>
    public static ModelShape Of(JsonObject config) => ShapeCatalog.Of(config);
}

/// <summary>The figures of a stack of blocks.</summary>
/// <param name="InnerSize">the width of the feed-forward layer; with experts, of one expert</param>
/// <param name="Gated">whether the feed-forward layer multiplies two projections</param>
public sealed record BlockShape(long Layers, long HiddenSize, long Heads, long KeyValueHeads, long HeadWidth, long InnerSize, bool Gated)
{
    public long Experts { get; init; } = 1;

    /// <summary>How many experts a token passes.</summary>
    public long ExpertsPerToken { get; init; } = 1;

    public long QueryWidth => Heads * HeadWidth;

    public long KeyWidth => KeyValueHeads * HeadWidth;
}
