namespace Platform.Data.Collation;

/// <summary>
/// Packs examples into rows: longest first, each into the fullest row that still holds it (best-fit decreasing,
/// Ding et al. 2024, https://arxiv.org/abs/2404.10830). Differs from the paper: examples are truncated before, never split.
/// Deterministic: of equal lengths the earlier example comes first, of equally full rows the older.
/// </summary>
public static class BestFitPacking
{
    /// <summary>The rows, in the order in which they were opened.</summary>
    /// <exception cref="ArgumentException">An example is longer than a row.</exception>
    public static List<List<SupervisedExample>> Pack(IReadOnlyList<SupervisedExample> examples, int length)
    {
        List<List<SupervisedExample>> rows = [];
        var byRoom = new SortedSet<(int Room, int Row)>();
        foreach (var example in examples.OrderByDescending(example => example.Length))
        {
            if (example.Length > length) throw new ArgumentException($"an example has {example.Length} tokens; expected at most {length}, truncate it first.", nameof(examples));
            var fitting = byRoom.GetViewBetween((example.Length, 0), (int.MaxValue, int.MaxValue));
            var (room, row) = fitting.Count > 0 ? fitting.Min : (length, rows.Count);
            if (row == rows.Count) rows.Add([]);
            else byRoom.Remove((room, row));
            rows[row].Add(example);
            if (room > example.Length) byRoom.Add((room - example.Length, row));
        }

        return rows;
    }
}
