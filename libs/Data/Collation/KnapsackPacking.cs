namespace Platform.Data.Collation;

/// <summary>
/// Fills one packed row after the other, each time with the longest row that still fits: LLaMA-Factory's greedy knapsack. Differs from
/// it: none; rows that are empty or too long are left out, of equal lengths the later comes first.
/// </summary>
public sealed class KnapsackPacking : IPacking
{
    public bool TakesAnyLength => false;

    public List<List<RowPiece>> Pack(IReadOnlyList<int> lengths, int room)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        var left = new SortedSet<(int Length, int Row)>(lengths.Select((length, row) => (length, row)).Where(item => item.length > 0 && item.length <= room));
        List<List<RowPiece>> packed = [];
        while (left.Count > 0)
        {
            List<RowPiece> pieces = [];
            for (var free = room; free > 0 && left.GetViewBetween((0, 0), (free, int.MaxValue)) is { Count: > 0 } fitting;)
            {
                var longest = fitting.Max;
                left.Remove(longest);
                pieces.Add(new(longest.Row, 0, longest.Length));
                free -= longest.Length;
            }

            packed.Add(pieces);
        }

        return packed;
    }
}
