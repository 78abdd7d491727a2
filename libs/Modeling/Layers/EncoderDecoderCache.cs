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
    private long[]? _sourceRows; // which row of the source each row reads; null: its own

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

    /// <summary>Row i becomes what row <paramref name="origins"/>[i] was; there may be more or fewer rows than before.</summary>
    /// <param name="origins">int64 [new rows]</param>
    /// <returns>whether rows read another row of the source than before</returns>
    public bool Reorder(Tensor origins)
    {
        using var noGradients = no_grad();
        Decoded.Reorder(origins);

        // Beams that change places among themselves read the same source: nothing moves.
        using var host = origins.cpu();
        var before = _sourceRows ?? [.. Enumerable.Range(0, (int)(_source[0]?.Keys.shape[0] ?? 0)).Select(row => (long)row)];
        long[] rows = [.. host.data<long>().ToArray().Select(row => before.Length == 0 ? row : before[row])];
        if (rows.AsSpan().SequenceEqual(before)) return false;

        _sourceRows = rows;
        for (var block = 0; block < _source.Length; block++)
        {
            if (_source[block] is not { } kept) continue;
            _source[block] = (kept.Keys.index_select(0, origins).DetachFromDisposeScope(), kept.Values.index_select(0, origins).DetachFromDisposeScope());
            kept.Keys.Dispose();
            kept.Values.Dispose();
        }

        return true;
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
