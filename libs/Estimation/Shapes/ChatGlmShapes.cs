namespace Platform.Estimation.Shapes;

/// <summary>ChatGLM2 and ChatGLM3: keys and values in groups, one matrix for queries, keys and values.</summary>
internal static class ChatGlmShapes
{
    public static ModelShape Of(Figures figures)
    {
        var hidden = figures.Size("hidden_size");
        var heads = figures.Size("num_attention_heads");
        var groups = figures.Flag("multi_query_attention", false) ? figures.Size("multi_query_group_num") : heads;
        var blocks = new BlockShape(figures.Size("num_layers"), hidden, heads, groups, figures.SizeOr(hidden / Math.Max(1, heads), "kv_channels"), figures.Size("ffn_hidden_size"), Gated: true);
        var (layers, bias, normBias) = (blocks.Layers, figures.Flag("add_bias_linear", false), !figures.Flag("rmsnorm", true));
        var weights = new WeightList();
        var vocabulary = figures.Size("padded_vocab_size", "vocab_size");
        weights.Embedding("word_embeddings", vocabulary, hidden);
        weights.BlockLinear(WeightGroup.Attention, "query_key_value", blocks.QueryWidth + 2 * blocks.KeyWidth, hidden, layers, bias || figures.Flag("add_qkv_bias", false));
        weights.BlockLinear(WeightGroup.Attention, "dense", hidden, blocks.QueryWidth, layers, bias);
        weights.BlockLinear(WeightGroup.Mlp, "dense_h_to_4h", 2 * blocks.InnerSize, hidden, layers, bias);
        weights.BlockLinear(WeightGroup.Mlp, "dense_4h_to_h", hidden, blocks.InnerSize, layers, bias);
        weights.Norms("layernorm", hidden, 2 * layers + (figures.Flag("post_layer_norm", true) ? 1 : 0), normBias);
        var classifies = figures.Architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal);
        if (classifies) weights.Linear(WeightGroup.Other, "classifier_head", figures.Labels, hidden, bias: true);
        else weights.Add(WeightGroup.LanguageModelHead, "output_layer.weight", [vocabulary, hidden]);
        return new() { ModelType = figures.ModelType, Blocks = blocks, Vocabulary = vocabulary, ScoresTokens = !classifies, Weights = weights.Weights };
    }
}
