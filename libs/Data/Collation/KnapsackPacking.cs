namespace Platform.Data.Collation;

/// <summary>
/// Fills one row after the other, each time with the longest example that still fits: LLaMA-Factory's greedy knapsack. Differs from it: none;
/// examples that are empty or longer than a row are left out, of equal lengths the later comes first.
/// </summary>
public static class KnapsackPacking
{
    /// <summary>The rows in the order in which they were filled.</summary>
    public static List<List<SupervisedExample>> Pack(IReadOnlyList<SupervisedExample> examples, int length)
    {
        var left = new SortedSet<(int Length, int Index)>(examples.Index().Where(item => item.Item.Length > 0 && item.Item.Length <= length).Select(item => (item.Item.Length, item.Index)));
        List<List<SupervisedExample>> rows = [];
        while (left.Count > 0)
        {
            List<SupervisedExample> row = [];
            for (var room = length; room > 0 && left.GetViewBetween((0, 0), (room, int.MaxValue)) is { Count: > 0 } fitting;)
            {
                var longest = fitting.Max;
                left.Remove(longest);
                row.Add(examples[longest.Index]);
                room -= longest.Length;
            }

            rows.Add(row);
        }

        return rows;
    }
}
