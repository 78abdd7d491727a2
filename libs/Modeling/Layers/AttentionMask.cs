using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>What a block's queries may see.</summary>
/// <param name="Addend">0 or the lowest finite number, broadcast to [batch, heads, queries, keys]; null if nothing but causality matters.</param>
/// <param name="Causal">Query i sees keys 0..i; only without an addend.</param>
/// <param name="BlindQueries">Some query sees no key, so it attends to all alike.</param>
public sealed record AttentionMask(Tensor? Addend, bool Causal, bool BlindQueries = false) : IDisposable
{
    /// <summary>Keys and values before those of the pass, block by block, which every query sees; null: none. The mask disposes them.</summary>
    public IReadOnlyList<KeysAndValues>? Prefix { get; private init; }

    /// <summary>Every query sees every key that is no padding, and what stands in front of all.</summary>
    /// <param name="inputs">[batch, positions, ...]: says how many rows there are, their type and their place</param>
    internal static AttentionMask Bidirectional(Tensor? attentionMask, Tensor inputs, VirtualTokens? tokens)
    {
        if (tokens is not VirtualKeys keys) return Bidirectional(attentionMask, inputs.dtype, inputs.device);

        using var whole = keys.Mask(attentionMask, keys.Count + inputs.shape[1]);
        return Bidirectional(whole, inputs.dtype, inputs.device) with { Prefix = keys.Compute(inputs.shape[0]) };
    }

    /// <summary>Every query sees every key that is no padding.</summary>
    /// <param name="attentionMask">[batch, keys], 1 for real tokens; null: all are</param>
    public static AttentionMask Bidirectional(Tensor? attentionMask, ScalarType dtype, Device device)
    {
        if (attentionMask is null) return new AttentionMask(null, Causal: false);

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var padding = attentionMask.to(device).eq(0);
        if (!padding.any().item<bool>()) return new AttentionMask(null, Causal: false);

        var addend = zeros(padding.shape, dtype, device).masked_fill_(padding, AttentionPattern.Lowest(dtype)).unsqueeze(1).unsqueeze(1);
        return new AttentionMask(addend.DetachFromDisposeScope(), Causal: false, padding.all(-1).any().item<bool>());
    }

    public void Dispose()
    {
        Addend?.Dispose();
        foreach (var block in Prefix ?? []) block.Dispose();
    }
}
