namespace Platform.Estimation.Shapes;

/// <summary>T5: two stacks without biases; the first block of each holds the biases of relative positions.</summary>
internal static class T5Shapes
{
    public static ModelShape Of(Figures figures)
    {
        var (hidden, heads, gated) = (figures.Size("d_model"), figures.Size("num_heads"), figures.Text("feed_forward_proj", "relu").StartsWith("gated", StringComparison.Ordinal));
        var encoder = new BlockShape(figures.Size("num_layers"), hidden, heads, heads, figures.Size("d_kv"), figures.Size("d_ff"), gated);
        var decoder = encoder with { Layers = figures.SizeOr(encoder.Layers, "num_decoder_layers") };
        var vocabulary = figures.Size("vocab_size");
        var weights = new WeightList();
        weights.Embedding("shared", vocabulary, hidden);
        weights.Positions("relative_attention_bias", figures.SizeOr(32, "relative_attention_num_buckets"), heads);
        Attention(weights, encoder, "SelfAttention", encoder.Layers);
        FeedForward(weights, encoder);
        weights.Norms("encoder.layer_norm", hidden, 2 * encoder.Layers + 1, bias: false);
        if (figures.Architecture.EndsWith("EncoderModel", StringComparison.Ordinal)) return new() { ModelType = figures.ModelType, Blocks = encoder, Vocabulary = vocabulary, Weights = weights.Weights };

        weights.Positions("relative_attention_bias", figures.SizeOr(32, "relative_attention_num_buckets"), heads);
        Attention(weights, decoder, "SelfAttention", decoder.Layers);
        Attention(weights, decoder, "EncDecAttention", decoder.Layers);
        FeedForward(weights, decoder);
        weights.Norms("decoder.layer_norm", hidden, 3 * decoder.Layers + 1, bias: false);
        var scores = LlamaShapes.Head(weights, figures, vocabulary, hidden, tiedByDefault: true);
        return new() { ModelType = figures.ModelType, Blocks = encoder, Decoder = decoder, Vocabulary = vocabulary, ScoresTokens = scores, Weights = weights.Weights };
    }

    private static void Attention(WeightList weights, BlockShape blocks, string name, long count)
    {
        foreach (var part in (string[])["q", "k", "v"]) weights.BlockLinear(WeightGroup.Attention, $"{name}.{part}", blocks.QueryWidth, blocks.HiddenSize, count);
        weights.BlockLinear(WeightGroup.Attention, $"{name}.o", blocks.HiddenSize, blocks.QueryWidth, count);
    }

    private static void FeedForward(WeightList weights, BlockShape blocks)
    {
        foreach (var part in blocks.Gated ? (string[])["wi_0", "wi_1"] : ["wi"]) weights.BlockLinear(WeightGroup.Mlp, part, blocks.InnerSize, blocks.HiddenSize, blocks.Layers);
        weights.BlockLinear(WeightGroup.Mlp, "wo", blocks.HiddenSize, blocks.InnerSize, blocks.Layers);
    }
}
