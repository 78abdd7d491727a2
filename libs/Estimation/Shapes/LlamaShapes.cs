namespace Platform.Estimation.Shapes;

/// <summary>Llama and the families that differ from it in biases, norms, fused matrices or experts.</summary>
internal static class LlamaShapes
{
    public static ModelShape Of(Figures figures)
    {
        var blocks = Blocks(figures);
        var (type, layers, hidden) = (figures.ModelType, blocks.Layers, blocks.HiddenSize);
        var weights = new WeightList();
        var vocabulary = figures.SizeOr(32000, "vocab_size");
        weights.Embedding("embed_tokens", vocabulary, hidden);
        Attention(weights, figures, blocks);
        FeedForward(weights, figures, blocks);

        // One norm before attention and feed-forward each; some families have others after them.
        weights.Norms("layernorm", hidden, layers * (type is "gemma2" or "gemma3_text" or "glm4" ? 4 : 2) + 1, bias: false);
        if (type is "qwen3" or "gemma3_text") weights.Norms("self_attn.q_norm, k_norm", blocks.HeadWidth, 2 * layers, bias: false);
        var scores = Head(weights, figures, vocabulary, hidden, tiedByDefault: type is "gemma2" or "gemma3_text");
        return new() { ModelType = type, Blocks = blocks, Vocabulary = vocabulary, ScoresTokens = scores, Weights = weights.Weights };
    }

    /// <summary>What stands above a decoder: the output matrix, or a classifier without a bias.</summary>
    /// <returns>whether it scores tokens</returns>
    public static bool Head(WeightList weights, Figures figures, long vocabulary, long hidden, bool tiedByDefault)
    {
        var (isSequence, isToken) = (figures.Architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal), figures.Architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal));
        if (isSequence || isToken) weights.Linear(WeightGroup.Other, "score", figures.Labels, hidden, bias: isToken);
        else if (!figures.Flag("tie_word_embeddings", tiedByDefault)) weights.Add(WeightGroup.LanguageModelHead, "lm_head.weight", [vocabulary, hidden]);
        return !isSequence && !isToken;
    }

    private static BlockShape Blocks(Figures figures)
    {
        // The sizes of the first Llama stand for what a config leaves out, as LLaVA's does.
        var hidden = figures.SizeOr(4096, "hidden_size");
        var heads = figures.SizeOr(32, "num_attention_heads");
        var keyHeads = figures.SizeOr(heads, "num_key_value_heads");
        return new(figures.SizeOr(32, "num_hidden_layers"), hidden, heads, keyHeads, figures.SizeOr(hidden / Math.Max(1, heads), "head_dim"), figures.SizeOr(11008, "intermediate_size"), Gated: true)
        {
            Experts = figures.SizeOr(1, "num_local_experts"),
            ExpertsPerToken = figures.SizeOr(1, "num_experts_per_tok"),
        };
    }

    private static void Attention(WeightList weights, Figures figures, BlockShape blocks)
    {
        var type = figures.ModelType;
        var inputBias = figures.Flag("attention_bias", type == "qwen2");
        if (type == "phi3")
        {
            weights.BlockLinear(WeightGroup.Attention, "qkv_proj", blocks.QueryWidth + 2 * blocks.KeyWidth, blocks.HiddenSize, blocks.Layers);
        }
        else
        {
            weights.BlockLinear(WeightGroup.Attention, "q_proj", blocks.QueryWidth, blocks.HiddenSize, blocks.Layers, inputBias);
            weights.BlockLinear(WeightGroup.Attention, "k_proj", blocks.KeyWidth, blocks.HiddenSize, blocks.Layers, inputBias);
            weights.BlockLinear(WeightGroup.Attention, "v_proj", blocks.KeyWidth, blocks.HiddenSize, blocks.Layers, inputBias);
        }

        weights.BlockLinear(WeightGroup.Attention, "o_proj", blocks.HiddenSize, blocks.QueryWidth, blocks.Layers, inputBias && type is not ("qwen2" or "glm" or "glm4"));
    }

    private static void FeedForward(WeightList weights, Figures figures, BlockShape blocks)
    {
        var (count, bias) = (blocks.Layers * blocks.Experts, figures.Flag("mlp_bias", false));
        if (blocks.Experts > 1) weights.Add(WeightGroup.Router, "gate.weight", [blocks.Experts, blocks.HiddenSize], blocks.Layers);
        if (figures.ModelType is "phi3" or "glm" or "glm4")
        {
            weights.BlockLinear(WeightGroup.Mlp, "gate_up_proj", 2 * blocks.InnerSize, blocks.HiddenSize, count);
        }
        else
        {
            weights.BlockLinear(WeightGroup.Mlp, "gate_proj", blocks.InnerSize, blocks.HiddenSize, count, bias);
            weights.BlockLinear(WeightGroup.Mlp, "up_proj", blocks.InnerSize, blocks.HiddenSize, count, bias);
        }

        weights.BlockLinear(WeightGroup.Mlp, "down_proj", blocks.HiddenSize, blocks.InnerSize, count, bias);
    }
}
