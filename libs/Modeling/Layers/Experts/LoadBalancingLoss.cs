using static TorchSharp.torch;

namespace Platform.Modeling.Layers.Experts;

/// <summary>
/// E Σ f(e) P(e) over E experts: f(e) counts the choices of e per token, P(e) is its mean probability (Fedus et al., 2021, eqs. 4–6).
/// Differs from the paper: all blocks are taken together, k choices count instead of one, so that perfect balance gives k, and
/// padding is left out, as in transformers' Mixtral.
/// </summary>
public static class LoadBalancingLoss
{
    /// <param name="logits">of every block, [tokens, experts] each</param>
    /// <param name="choices">how many experts a token goes to</param>
    /// <param name="realTokens">[tokens], 1 for those that count; null: all do</param>
    /// <returns>a scalar, float32</returns>
    public static Tensor Of(IReadOnlyCollection<Tensor> logits, int choices, Tensor? realTokens)
    {
        if (logits.Count == 0) throw new ArgumentException("No router has said anything, so nothing can be balanced.", nameof(logits));

        using var scope = NewDisposeScope();
        var probabilities = cat([.. logits], 0).softmax(-1, ScalarType.Float32);                    // [blocks * tokens, experts]
        var experts = probabilities.shape[1];
        var weights = (realTokens?.to(ScalarType.Float32) ?? ones(probabilities.shape[0] / logits.Count, ScalarType.Float32, probabilities.device))
            .to(probabilities.device).repeat(logits.Count).unsqueeze(-1);                           // [blocks * tokens, 1]
        var total = weights.sum();

        var (_, chosen) = probabilities.topk(choices, -1);                                         // [blocks * tokens, choices]
        var chosenWeights = weights.expand(-1, choices).flatten();
        var counts = zeros(experts, ScalarType.Float32, probabilities.device).index_add(0, chosen.flatten(), chosenWeights, 1);
        var means = probabilities.mul(weights).sum([0L]) / total;                                   // [experts]
        return ((counts / total).dot(means) * experts).MoveToOuterDisposeScope();
    }
}
