using Platform.Estimation.Shapes;

namespace Platform.Estimation.Training;

/// <summary>
/// What one block keeps for its backward pass, in values per token. A tensor is kept where its value enters a gradient: inputs of trained
/// matrices, both sides of a product, what an attention needs. Frozen matrices keep nothing.
/// </summary>
internal static class BlockActivations
{
    // Their norms divide by a length, which needs no second copy; the gain keeps what it multiplies where it is trained itself.
    private static readonly HashSet<string> RmsNorms = ["llama", "mistral", "mixtral", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3", "glm", "glm4", "chatglm", "t5", "llava"];

    // ReLU keeps its result, which the next layer keeps anyway.
    private static readonly HashSet<string> Relu = ["opt"];

    // Attention weights are computed and kept one by one: soft caps and learned biases have no fused kernel.
    private static readonly HashSet<string> WeighsExplicitly = ["gemma2", "t5", "deberta-v2"];

    /// <summary>Values per token, the block's input among them.</summary>
    public static long PerToken(ModelShape model, BlockShape blocks, TrainingSetup setup)
    {
        var trainsAll = setup.Adapter is null;
        var adapter = setup.Adapter ?? new(0, true, true, true, true);
        var (hidden, query, key) = (blocks.HiddenSize, blocks.QueryWidth, blocks.KeyWidth);
        var norms = 2 * hidden + (trainsAll && RmsNorms.Contains(model.ModelType) ? 2 * hidden : 0); // the inputs; what the gains multiply
        var projections = query + 2 * key + query;                                                   // queries, keys, values; what the attention gives
        var inputs = (adapter.AttentionInputs ? hidden : 0) + (adapter.MlpInputs ? hidden : 0) + (adapter.AttentionOutput ? query : 0);
        return norms + projections + inputs + FeedForward(model, blocks, adapter) + (WeighsExplicitly.Contains(model.ModelType) ? 2 * blocks.Heads * setup.Positions : 0);
    }

    private static long FeedForward(ModelShape model, BlockShape blocks, AdapterSetup adapter)
    {
        var inner = blocks.InnerSize * blocks.ExpertsPerToken;
        if (blocks.Gated) return 3 * inner + (adapter.MlpOutput ? inner : 0); // gate, its activation, up; their product
        if (Relu.Contains(model.ModelType)) return inner;
        return inner + (adapter.MlpOutput ? inner : 0);
    }
}
