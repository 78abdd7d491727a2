namespace Platform.Data.Collation;

/// <summary>
/// Packs examples into rows: longest first, each into the fullest row that still holds it (best-fit decreasing,
/// Ding et al. 2024, https://arxiv.org/abs/2404.10830), as TRL's strategies <c>bfd</c> (examples truncated before) and <c>bfd_split</c> (split
/// before). Differs from the paper: it does neither itself; empty examples are left out. Deterministic: of equal lengths the earlier example
/// comes first, of equally full rows the one that became so first.
/// </summary>
public static class BestFitPacking
{
    /// <summary>The rows, in the order in which they were opened.</summary>
    /// <exception cref="ArgumentException">An example is longer than a row.</exception>
    public static List<List<SupervisedExample>> Pack(IReadOnlyList<SupervisedExample> examples, int length)
    {
        List<List<SupervisedExample>> rows = [];
        var byRoom = new SortedSet<(int Room, int Since, int Row)>();
        foreach (var (step, example) in examples.Where(example => example.Length > 0).OrderByDescending(example => example.Length).Index())
        {
            if (example.Length > length) throw new ArgumentException($"an example has {example.Length} tokens; expected at most {length}, truncate or split it first.", nameof(examples));
            var fitting = byRoom.GetViewBetween((example.Length, 0, 0), (int.MaxValue, int.MaxValue, int.MaxValue));
            var (room, since, row) = fitting.Count > 0 ? fitting.Min : (length, 0, rows.Count);
            if (row == rows.Count) rows.Add([]);
            else byRoom.Remove((room, since, row));
            rows[row].Add(example);
            if (room > example.Length) byRoom.Add((room - example.Length, step, row));
        }

        return rows;
    }
}
