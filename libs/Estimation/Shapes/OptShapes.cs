namespace Platform.Estimation.Shapes;

/// <summary>OPT: learned positions, two of them unused, and in one size an embedding narrower than the blocks.</summary>
internal static class OptShapes
{
    private const long UnusedPositions = 2;

    public static ModelShape Of(Figures figures)
    {
        var hidden = figures.Size("hidden_size");
        var heads = figures.Size("num_attention_heads");
        var blocks = new BlockShape(figures.Size("num_hidden_layers"), hidden, heads, heads, hidden / Math.Max(1, heads), figures.Size("ffn_dim"), Gated: false);
        var (layers, bias) = (blocks.Layers, figures.Flag("enable_bias", true));
        var width = figures.SizeOr(hidden, "word_embed_proj_dim");
        var vocabulary = figures.Size("vocab_size");
        var weights = new WeightList();
        weights.Embedding("embed_tokens", vocabulary, width);
        weights.Positions("embed_positions", figures.Size("max_position_embeddings") + UnusedPositions, hidden);
        if (width != hidden)
        {
            weights.Linear(WeightGroup.Other, "project_in", hidden, width, bias: false);
            weights.Linear(WeightGroup.Other, "project_out", width, hidden, bias: false);
        }

        foreach (var name in (string[])["q_proj", "k_proj", "v_proj", "out_proj"]) weights.BlockLinear(WeightGroup.Attention, name, hidden, hidden, layers, bias);
        weights.BlockLinear(WeightGroup.Mlp, "fc1", blocks.InnerSize, hidden, layers, bias);
        weights.BlockLinear(WeightGroup.Mlp, "fc2", hidden, blocks.InnerSize, layers, bias);
        if (figures.Flag("layer_norm_elementwise_affine", true))
        {
            var final = figures.Flag("do_layer_norm_before", true) && !figures.Flag("_remove_final_layer_norm", false);
            weights.Norms("layer_norm", hidden, 2 * layers + (final ? 1 : 0), bias: true);
        }

        var scores = LlamaShapes.Head(weights, figures, vocabulary, width, tiedByDefault: true);
        return new() { ModelType = figures.ModelType, Blocks = blocks, Vocabulary = vocabulary, ScoresTokens = scores, Weights = weights.Weights };
    }
}
