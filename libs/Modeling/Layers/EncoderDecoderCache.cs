using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// What a decoder that reads an encoder's output keeps while it decodes: keys and values of the positions so far, and those of
/// the source, which are computed once. For inference.
/// </summary>
public sealed class EncoderDecoderCache(int blocks) : IDisposable
{
    private readonly (Tensor Keys, Tensor Values)?[] _source = new (Tensor, Tensor)?[blocks];

    /// <summary>Of the decoder's own positions.</summary>
    public KeyValueCache Decoded { get; } = new(blocks);

    /// <summary>A block's keys and values of the source, which the caller disposes; computed by the first call.</summary>
    /// <param name="compute">gives [batch, heads, source positions, width] each, which the cache takes over</param>
    internal (Tensor Keys, Tensor Values) Source(int block, Func<(Tensor Keys, Tensor Values)> compute)
    {
        if (_source[block] is not { } kept)
        {
            var (keys, values) = compute();
            _source[block] = kept = (keys.DetachFromDisposeScope(), values.DetachFromDisposeScope());
        }

        return (kept.Keys.alias(), kept.Values.alias());
    }

    public void Dispose()
    {
        Decoded.Dispose();
        foreach (var kept in _source)
        {
            kept?.Keys.Dispose();
            kept?.Values.Dispose();
        }

        Array.Clear(_source);
    }
}
