using Platform.Torch.Dispatch;
using static TorchSharp.torch;

namespace Platform.Torch.Operators;

/// <summary>softmax(query keyᵀ · scale + mask) value, by the fastest kernel libtorch has for the arguments.</summary>
public static class Attention
{
    /// <param name="query">[batch, heads, queries, width]</param>
    /// <param name="key">[batch, key heads, keys, width]; the key heads divide the heads, consecutive heads share one</param>
    /// <param name="value">[batch, key heads, keys, value width]</param>
    /// <param name="mask">bool (true = attend) or an addend, broadcast to [batch, heads, queries, keys]</param>
    /// <param name="causal">query i sees keys 0..i; not together with a mask</param>
    /// <param name="scale">1/√width if absent</param>
    /// <param name="dropout">the probability of dropping a weight</param>
    /// <returns>[batch, heads, queries, value width]</returns>
    public static Tensor ScaledDotProduct(
        Tensor query, Tensor key, Tensor value, Tensor? mask = null, bool causal = false, double? scale = null, double dropout = 0) =>
        Dispatcher.Operator("aten::scaled_dot_product_attention")
            .Tensor(query).Tensor(key).Tensor(value)
            .OptionalTensor(mask).Float(dropout).Bool(causal)
            .OptionalFloat(scale).Bool(query.shape[1] != key.shape[1])
            .InvokeForTensor();
}
