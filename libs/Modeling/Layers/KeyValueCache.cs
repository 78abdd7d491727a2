using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// The keys and values of the positions seen so far, per block. Room grows by doubling, so a step copies only its own
/// positions. For inference: entries carry no gradients.
/// </summary>
/// <param name="window">how many positions a query sees in every block, itself included: older ones are let go, so that memory
/// does not grow with the text; null: some block sees all</param>
public sealed class KeyValueCache(int blocks, long? window = null) : IDisposable
{
    private readonly Room?[] _rooms = new Room?[blocks];

    /// <summary>The positions that every block has seen.</summary>
    public long Length => _rooms.Length == 0 ? 0 : _rooms[^1]?.Seen ?? 0;

    /// <summary>The positions that the next query sees before itself: all seen ones, or the window's.</summary>
    public long Kept => window is { } most ? Math.Min(Length, most - 1) : Length;

    /// <summary>Adds positions to a block and returns views of its kept keys and values and the new ones, which the caller disposes.</summary>
    /// <param name="keys">[batch, key heads, new positions, width]</param>
    public (Tensor Keys, Tensor Values) Append(int block, Tensor keys, Tensor values)
    {
        using var noGradients = no_grad();
        return (_rooms[block] ??= new Room()).Append(keys, values, window);
    }

    /// <summary>Row i becomes what row <paramref name="origins"/>[i] was; there may be more or fewer rows than before.</summary>
    /// <param name="origins">int64 [new rows]</param>
    public void Reorder(Tensor origins)
    {
        using var noGradients = no_grad();
        foreach (var room in _rooms) room?.Reorder(origins);
    }

    public void Dispose()
    {
        foreach (var room in _rooms) room?.Dispose();
        Array.Clear(_rooms);
    }

    /// <summary>One block's positions: those in begin..end of two tensors that have room behind.</summary>
    private sealed class Room : IDisposable
    {
        private Tensor? _keys;   // [batch, key heads, capacity, width]
        private Tensor? _values;
        private long _begin;
        private long _end;

        public long Seen { get; private set; }

        public (Tensor Keys, Tensor Values) Append(Tensor keys, Tensor values, long? window)
        {
            var count = keys.shape[2];
            if (window is { } most) _begin = Math.Max(_begin, _end - (most - 1));
            if (_keys is null || _end + count > _keys.shape[2]) Move(keys, values, count, window);

            Fill(_keys!, _end, keys);
            Fill(_values!, _end, values);
            _end += count;
            Seen += count;
            return (_keys!.narrow(2, _begin, _end - _begin), _values!.narrow(2, _begin, _end - _begin));
        }

        public void Reorder(Tensor origins)
        {
            if (_keys is null) return;
            Replace(ref _keys, Selected(_keys));
            Replace(ref _values, Selected(_values!));
            (_begin, _end) = (0, _end - _begin);

            Tensor Selected(Tensor old)
            {
                using var kept = old.narrow(2, _begin, _end - _begin);
                using var selected = kept.index_select(0, origins);
                return WithRoom(old.shape[2], selected, selected);
            }
        }

        /// <summary>Moves what is kept to the front of tensors with enough room, twice what is needed for now.</summary>
        private void Move(Tensor keys, Tensor values, long count, long? window)
        {
            var kept = _end - _begin;
            var capacity = window is { } most ? Math.Max(kept + count, 2 * most) : Math.Max(kept + count, 2 * (_keys?.shape[2] ?? kept + count));
            Replace(ref _keys, Moved(keys, _keys));
            Replace(ref _values, Moved(values, _values));
            (_begin, _end) = (0, kept);

            Tensor Moved(Tensor like, Tensor? old)
            {
                using var content = old?.narrow(2, _begin, kept);
                return WithRoom(capacity, like, content);
            }
        }

        /// <summary>Not zeros: what lies beyond the end is never read.</summary>
        private static Tensor WithRoom(long capacity, Tensor like, Tensor? content)
        {
            var room = empty([like.shape[0], like.shape[1], capacity, like.shape[3]], like.dtype, like.device).DetachFromDisposeScope();
            if (content is not null) Fill(room, 0, content);
            return room;
        }

        private static void Fill(Tensor room, long begin, Tensor content)
        {
            using var place = room.narrow(2, begin, content.shape[2]);
            place.copy_(content);
        }

        private static void Replace(ref Tensor? held, Tensor by)
        {
            held?.Dispose();
            held = by;
        }

        public void Dispose()
        {
            _keys?.Dispose();
            _values?.Dispose();
        }
    }
}
