namespace Platform.Estimation.Shapes;

/// <summary>GPT-2; its matrices are stored transposed, [inputs, outputs].</summary>
internal static class Gpt2Shapes
{
    public static ModelShape Of(Figures figures)
    {
        var hidden = figures.Size("n_embd", "hidden_size");
        var heads = figures.Size("n_head", "num_attention_heads");
        var blocks = new BlockShape(figures.Size("n_layer", "num_hidden_layers"), hidden, heads, heads, hidden / Math.Max(1, heads), figures.SizeOr(4 * hidden, "n_inner"), Gated: false);
        var (layers, vocabulary) = (blocks.Layers, figures.Size("vocab_size"));
        var weights = new WeightList();
        weights.Embedding("wte", vocabulary, hidden);
        weights.Positions("wpe", figures.SizeOr(1024, "n_positions", "max_position_embeddings"), hidden);
        weights.BlockLinear(WeightGroup.Attention, "attn.c_attn", 3 * hidden, hidden, layers, bias: true);
        weights.BlockLinear(WeightGroup.Attention, "attn.c_proj", hidden, hidden, layers, bias: true);
        weights.BlockLinear(WeightGroup.Mlp, "mlp.c_fc", blocks.InnerSize, hidden, layers, bias: true);
        weights.BlockLinear(WeightGroup.Mlp, "mlp.c_proj", hidden, blocks.InnerSize, layers, bias: true);
        weights.Norms("ln", hidden, 2 * layers + 1, bias: true);
        var scores = LlamaShapes.Head(weights, figures, vocabulary, hidden, tiedByDefault: true);
        return new() { ModelType = figures.ModelType, Blocks = blocks, Vocabulary = vocabulary, ScoresTokens = scores, Weights = weights.Weights };
    }
}
