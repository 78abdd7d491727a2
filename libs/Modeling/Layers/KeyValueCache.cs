using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// The keys and values of the positions seen so far, per block. Room grows by doubling, so a step copies only its own
/// positions. For inference: entries carry no gradients.
/// </summary>
public sealed class KeyValueCache(int blocks) : IDisposable
{
    private readonly (Tensor Keys, Tensor Values)?[] _rooms = new (Tensor, Tensor)?[blocks];
    private readonly long[] _lengths = new long[blocks];

    /// <summary>The positions that every block has seen.</summary>
    public long Length => _lengths.Length == 0 ? 0 : _lengths[^1];

    /// <summary>Adds positions to a block and returns views of all its keys and values, which the caller disposes.</summary>
    /// <param name="keys">[batch, key heads, new positions, width]</param>
    public (Tensor Keys, Tensor Values) Append(int block, Tensor keys, Tensor values)
    {
        using var noGradients = no_grad();
        var (begin, count) = (_lengths[block], keys.shape[2]);
        var room = Room(block, begin + count, keys, values);
        Fill(room.Keys, begin, keys);
        Fill(room.Values, begin, values);
        _lengths[block] = begin + count;
        return (room.Keys.narrow(2, 0, begin + count), room.Values.narrow(2, 0, begin + count));
    }

    private (Tensor Keys, Tensor Values) Room(int block, long needed, Tensor keys, Tensor values)
    {
        var old = _rooms[block];
        if (old is { } enough && enough.Keys.shape[2] >= needed) return enough;

        var capacity = Math.Max(needed, 2 * (old?.Keys.shape[2] ?? needed));
        var grown = (Grown(keys, old?.Keys), Grown(values, old?.Values));
        old?.Keys.Dispose();
        old?.Values.Dispose();
        _rooms[block] = grown;
        return grown;

        Tensor Grown(Tensor like, Tensor? before)
        {
            // Not zeros: what lies beyond the length is never read.
            var room = empty([like.shape[0], like.shape[1], capacity, like.shape[3]], like.dtype, like.device).DetachFromDisposeScope();
            if (before is not null)
            {
                using var kept = before.narrow(2, 0, _lengths[block]);
                Fill(room, 0, kept);
            }

            return room;
        }
    }

    private static void Fill(Tensor room, long begin, Tensor content)
    {
        using var place = room.narrow(2, begin, content.shape[2]);
        place.copy_(content);
    }

    public void Dispose()
    {
        foreach (var room in _rooms)
        {
            room?.Keys.Dispose();
            room?.Values.Dispose();
        }

        Array.Clear(_rooms);
    }
}
