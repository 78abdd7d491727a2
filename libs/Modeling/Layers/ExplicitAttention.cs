using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// softmax(cap(query keyᵀ · scale) + addend) value, step by step. For soft caps, which no fused kernel has, and for training where a
/// query sees no key: the fused kernels keep only the logarithm of a row's sum, in which the number of keys drowns beside the lowest
/// finite number, so their gradients treat each of n weights of 1/n as 1.
/// </summary>
internal static class ExplicitAttention
{
    /// <param name="query">[batch, heads, queries, width]</param>
    /// <param name="key">[batch, key heads, keys, width]; consecutive heads share one</param>
    /// <param name="value">[batch, key heads, keys, width]</param>
    /// <param name="addend">broadcast to [batch, heads, queries, keys]</param>
    /// <param name="scale">1/√width if absent</param>
    /// <param name="softCap">bounds the scores: cap(s) = c · tanh(s / c)</param>
    /// <param name="dropout">the probability of dropping a weight</param>
    public static Tensor ScaledDotProduct(
        Tensor query, Tensor key, Tensor value, Tensor addend, double? scale = null, double? softCap = null, double dropout = 0)
    {
        using var scope = NewDisposeScope();
        var shared = query.shape[1] / key.shape[1];
        var (keys, values) = (key.repeat_interleave(shared, 1), value.repeat_interleave(shared, 1));
        var scores = query.matmul(keys.transpose(-1, -2)) * (scale ?? 1 / Math.Sqrt(query.shape[^1])); // [batch, heads, queries, keys]
        if (softCap is { } cap) scores = Capped(scores, cap);
        var weights = (scores + addend).to(ScalarType.Float32).softmax(-1).to(query.dtype);
        if (dropout > 0) weights = nn.functional.dropout(weights, dropout, training: true);
        return weights.matmul(values).MoveToOuterDisposeScope();
    }

    /// <summary>c · tanh(x / c)</summary>
    public static Tensor Capped(Tensor x, double cap)
    {
        using var small = x.div(cap);
        using var bounded = small.tanh();
        return bounded.mul(cap);
    }
}
