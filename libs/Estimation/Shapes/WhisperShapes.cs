namespace Platform.Estimation.Shapes;

/// <summary>Whisper: two convolutions, an encoder of sounds, a decoder of texts. Projections of keys have no bias.</summary>
internal static class WhisperShapes
{
    private const long KernelSize = 3;

    public static ModelShape Of(Figures figures)
    {
        var (hidden, mels, vocabulary) = (figures.Size("d_model"), figures.Size("num_mel_bins"), figures.Size("vocab_size"));
        var encoder = Blocks(figures, "encoder", hidden);
        var decoder = Blocks(figures, "decoder", hidden);
        var weights = new WeightList();
        weights.Add(WeightGroup.Other, "conv1.weight", [hidden, mels, KernelSize]);
        weights.Add(WeightGroup.Other, "conv2.weight", [hidden, hidden, KernelSize]);
        weights.Add(WeightGroup.Other, "conv.bias", [hidden], count: 2);
        weights.Positions("encoder.embed_positions", figures.SizeOr(1500, "max_source_positions"), hidden);
        Attention(weights, "self_attn", hidden, encoder.Layers);
        FeedForward(weights, encoder);
        weights.Norms("encoder.layer_norm", hidden, 2 * encoder.Layers + 1, bias: true);
        weights.Embedding("embed_tokens", vocabulary, hidden);
        weights.Positions("decoder.embed_positions", figures.SizeOr(448, "max_target_positions"), hidden);
        Attention(weights, "self_attn", hidden, decoder.Layers);
        Attention(weights, "encoder_attn", hidden, decoder.Layers);
        FeedForward(weights, decoder);
        weights.Norms("decoder.layer_norm", hidden, 3 * decoder.Layers + 1, bias: true);
        return new() { ModelType = figures.ModelType, Blocks = encoder, Decoder = decoder, Vocabulary = vocabulary, ScoresTokens = true, SourcePositions = figures.SizeOr(1500, "max_source_positions"), Weights = weights.Weights };
    }

    private static BlockShape Blocks(Figures figures, string side, long hidden)
    {
        var heads = figures.Size($"{side}_attention_heads");
        return new(figures.Size($"{side}_layers"), hidden, heads, heads, hidden / Math.Max(1, heads), figures.Size($"{side}_ffn_dim"), Gated: false);
    }

    private static void Attention(WeightList weights, string name, long hidden, long count)
    {
        foreach (var part in (string[])["q_proj", "v_proj", "out_proj"]) weights.BlockLinear(WeightGroup.Attention, $"{name}.{part}", hidden, hidden, count, bias: true);
        weights.BlockLinear(WeightGroup.Attention, $"{name}.k_proj", hidden, hidden, count);
    }

    private static void FeedForward(WeightList weights, BlockShape blocks)
    {
        weights.BlockLinear(WeightGroup.Mlp, "fc1", blocks.InnerSize, blocks.HiddenSize, blocks.Layers, bias: true);
        weights.BlockLinear(WeightGroup.Mlp, "fc2", blocks.HiddenSize, blocks.InnerSize, blocks.Layers, bias: true);
    }
}
