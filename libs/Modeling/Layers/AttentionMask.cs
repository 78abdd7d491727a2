using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>What a block's queries may see.</summary>
/// <param name="Addend">0 or -∞, broadcast to [batch, heads, queries, keys]; null if nothing but causality matters.</param>
/// <param name="Causal">Query i sees keys 0..i; only without an addend.</param>
public sealed record AttentionMask(Tensor? Addend, bool Causal) : IDisposable
{
    public void Dispose() => Addend?.Dispose();
}
