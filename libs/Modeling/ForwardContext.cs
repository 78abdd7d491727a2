using Platform.Modeling.Layers;
using Platform.Modeling.Layers.Experts;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>
/// What all blocks of one forward pass share, computed once: positions, angles, masks, cache. A trainer that runs block by block,
/// also a second time for the backward pass, uses the same context. Dispose it after the last use.
/// </summary>
/// <param name="positions">int64 [batch or 1, positions]; the context disposes it</param>
/// <param name="dtype">the type of the hidden states</param>
/// <param name="cache">null when training; it outlives the pass</param>
public sealed class ForwardContext(Tensor positions, AttentionPattern attention, ScalarType dtype, KeyValueCache? cache = null) : IDisposable
{
    private readonly Dictionary<(RotaryOptions Options, int Width), RotaryAngles> _angles = [];

    /// <summary>int64 [batch or 1, positions]</summary>
    public Tensor Positions { get; } = positions;

    public AttentionPattern Attention { get; } = attention;

    public KeyValueCache? Cache { get; } = cache;

    /// <summary>What the routers of experts say in this pass; null where there are none, or nobody wants to know. The context disposes it.</summary>
    public RouterTrace? Routing { get; internal set; }

    /// <summary>What stands in the places of image tokens, [images, tokens per image, hidden]; null: there are none. The context disposes it.</summary>
    public Tensor? ImageFeatures { get; internal set; }

    /// <summary>What stands in front of the texts of this pass; null: nothing, or the cache has it already.</summary>
    public VirtualTokens? Virtual { get; internal init; }

    /// <summary>Keys and values before those of the pass, block by block; null: none. The context disposes them.</summary>
    public IReadOnlyList<KeysAndValues>? Prefix { get; internal set; }

    /// <summary>Puts leaves in the place of the prefix: they collect the gradients that the blocks give it.</summary>
    /// <returns>the prefix with its graph, now the caller's; empty: there is none</returns>
    public IReadOnlyList<KeysAndValues> CutPrefix()
    {
        var computed = Prefix ?? [];
        if (Prefix is not null) Prefix = [.. computed.Select(block => block.Cut())];
        return computed;
    }

    /// <summary>The rotations of this pass' positions; blocks that rotate alike share them.</summary>
    /// <param name="width">how many dimensions of a head are rotated</param>
    public RotaryAngles Angles(RotaryOptions options, int width)
    {
        if (!_angles.TryGetValue((options, width), out var angles)) _angles[(options, width)] = angles = RotaryEmbedding.Angles(options, width, Positions, dtype);
        return angles;
    }

    public void Dispose()
    {
        Positions.Dispose();
        Attention.Dispose();
        Routing?.Dispose();
        ImageFeatures?.Dispose();
        foreach (var block in Prefix ?? []) block.Dispose();
        foreach (var angles in _angles.Values) angles.Dispose();
    }
}
