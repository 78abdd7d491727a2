namespace Platform.Data.Collation;

/// <summary>
/// Puts all rows end to end and cuts the stream into packed rows, wherever rows end: TRL's strategy <c>wrapped</c>, and transformers'
/// concatenate-and-chunk where the rest is dropped. Differs from both: it tells where rows end, so that they need not see each other.
/// </summary>
public sealed class WrappedPacking : IPacking
{
    /// <summary>Leave out a last packed row that is shorter than the others.</summary>
    public bool DropsRest { get; init; }

    public bool TakesAnyLength => true;

    public List<List<RowPiece>> Pack(IReadOnlyList<int> lengths, int room)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        List<List<RowPiece>> packed = [];
        var free = 0;
        foreach (var (row, length) in lengths.Index())
        {
            for (int start = 0, count; start < length; start += count, free -= count)
            {
                if (free == 0)
                {
                    packed.Add([]);
                    free = room;
                }

                count = Math.Min(free, length - start);
                packed[^1].Add(new(row, start, count));
            }
        }

        if (DropsRest && free > 0) packed.RemoveAt(packed.Count - 1);
        return packed;
    }
}
