namespace Platform.Estimation.Shapes;

/// <summary>BLOOM: no positions, and a norm over the embedding.</summary>
internal static class BloomShapes
{
    public static ModelShape Of(Figures figures)
    {
        var hidden = figures.Size("hidden_size", "n_embed");
        var heads = figures.Size("n_head", "num_attention_heads");
        var blocks = new BlockShape(figures.Size("n_layer", "num_hidden_layers"), hidden, heads, heads, hidden / Math.Max(1, heads), 4 * hidden, Gated: false);
        var (layers, vocabulary) = (blocks.Layers, figures.Size("vocab_size"));
        var weights = new WeightList();
        weights.Embedding("word_embeddings", vocabulary, hidden);
        weights.BlockLinear(WeightGroup.Attention, "query_key_value", 3 * hidden, hidden, layers, bias: true);
        weights.BlockLinear(WeightGroup.Attention, "dense", hidden, hidden, layers, bias: true);
        weights.BlockLinear(WeightGroup.Mlp, "dense_h_to_4h", blocks.InnerSize, hidden, layers, bias: true);
        weights.BlockLinear(WeightGroup.Mlp, "dense_4h_to_h", hidden, blocks.InnerSize, layers, bias: true);
        weights.Norms("layernorm", hidden, 2 * layers + 2, bias: true);
        var scores = LlamaShapes.Head(weights, figures, vocabulary, hidden, tiedByDefault: true);
        return new() { ModelType = figures.ModelType, Blocks = blocks, Vocabulary = vocabulary, ScoresTokens = scores, Weights = weights.Weights };
    }
}
