using static TorchSharp.torch;

namespace Platform.Modeling.Layers.Experts;

/// <summary>What the routers of one forward pass said, block by block, with gradients.</summary>
public sealed class RouterTrace : IDisposable
{
    private readonly SortedDictionary<int, Tensor> _logits = [];

    /// <param name="attentionMask">[batch, positions], 1 for real tokens; null: all are</param>
    public RouterTrace(Tensor? attentionMask) => RealTokens = attentionMask?.flatten().DetachFromDisposeScope();

    /// <summary>[tokens], 1 for real ones; null: all are</summary>
    public Tensor? RealTokens { get; }

    /// <summary>[tokens, experts] for each block that has experts, in order; they stay the trace's.</summary>
    public IReadOnlyCollection<Tensor> Logits => _logits.Values;

    /// <summary>A block that runs a second time replaces what it said.</summary>
    public void Record(int block, Tensor logits)
    {
        if (_logits.Remove(block, out var before)) before.Dispose();
        _logits[block] = logits.alias().DetachFromDisposeScope();
    }

    public void Dispose()
    {
        RealTokens?.Dispose();
        foreach (var logits in _logits.Values) logits.Dispose();
        _logits.Clear();
    }
}
