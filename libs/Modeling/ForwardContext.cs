using Platform.Modeling.Layers;

namespace Platform.Modeling;

/// <summary>
/// What all blocks of one forward pass share, computed once: angles, masks, cache. A trainer that runs block by block, also
/// a second time for the backward pass, uses the same context. Dispose it after the last use.
/// </summary>
public sealed class ForwardContext(RotaryAngles angles, AttentionPattern attention, KeyValueCache? cache = null) : IDisposable
{
    public RotaryAngles Angles { get; } = angles;

    public AttentionPattern Attention { get; } = attention;

    /// <summary>Null when training.</summary>
    public KeyValueCache? Cache { get; } = cache;

    /// <summary>Leaves the cache alone: it outlives the pass.</summary>
    public void Dispose()
    {
        Angles.Dispose();
        Attention.Dispose();
    }
}
