namespace Platform.FineTuning;

/// <summary>Rows bound into groups that always go through the model together: a row of this objective is a group of the other's.</summary>
public sealed class GroupedRows(IObjective objective, IReadOnlyList<IReadOnlyList<int>> groups) : IObjective
{
    public int RowCount => groups.Count;

    /// <summary>
    /// Groups of rows of like length, so that little is padded. Rows are sorted only among their neighbours, within a pool: what a group
    /// holds is still a fair sample of the data. As transformers' <c>group_by_length</c>; differs from it: pools are cut from the rows as
    /// they stand, so that groups are the same in every epoch and only their order changes.
    /// </summary>
    /// <param name="lengths">of the objective's rows</param>
    /// <param name="size">rows in a group: what would be the batch size, which is one then</param>
    /// <param name="groupsPerPool">how many groups are cut from the same sorted rows</param>
    public static GroupedRows ByLength(IObjective objective, IReadOnlyList<int> lengths, int size, int groupsPerPool = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupsPerPool, 1);
        var pools = Enumerable.Range(0, lengths.Count).Chunk(size * groupsPerPool);
        return new(objective, [.. pools.SelectMany(pool => pool.OrderBy(row => lengths[row]).Chunk(size))]);
    }

    public long Count(IReadOnlyList<int> rows) => objective.Count(Rows(rows));

    public LossSum Learn(IReadOnlyList<int> rows, double weight) => objective.Learn(Rows(rows), weight);

    public LossSum Measure(IReadOnlyList<int> rows) => objective.Measure(Rows(rows));

    private int[] Rows(IEnumerable<int> numbers) => [.. numbers.SelectMany(number => groups[number])];
}
