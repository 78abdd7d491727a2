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

    /// <summary>Puts a leaf in the place of what a block's router said, which collects the gradients that come from elsewhere than the block.</summary>
    /// <returns>what it said, with its graph, now the caller's; null: nothing</returns>
    public Tensor? Cut(int block)
    {
        if (!_logits.TryGetValue(block, out var computed)) return null;
        var leaf = computed.detach().DetachFromDisposeScope();
        _logits[block] = computed.requires_grad ? leaf.requires_grad_() : leaf;
        return computed;
    }

    /// <summary>What a cut block's leaf has collected; null: nothing. The caller disposes it.</summary>
    public Tensor? GradientOf(int block) => _logits.TryGetValue(block, out var leaf) ? leaf.grad : null;

    public void Dispose()
    {
        RealTokens?.Dispose();
        foreach (var logits in _logits.Values) logits.Dispose();
        _logits.Clear();
    }
}
