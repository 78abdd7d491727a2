using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>What a block's queries may see.</summary>
/// <param name="Addend">0 or the lowest finite number, broadcast to [batch, heads, queries, keys]; null if nothing but causality matters.</param>
/// <param name="Causal">Query i sees keys 0..i; only without an addend.</param>
/// <param name="BlindQueries">Some query sees no key, so it attends to all alike.</param>
public sealed record AttentionMask(Tensor? Addend, bool Causal, bool BlindQueries = false) : IDisposable
{
    public void Dispose() => Addend?.Dispose();
}
