namespace Platform.Data.Collation;

/// <summary>Equally long lists of numbers as one array, row by row: transformers' default_data_collator, which pads nothing.</summary>
public static class StackingCollator
{
    /// <exception cref="ArgumentException">The rows are not equally long, or there are none.</exception>
    public static long[] Collate(IReadOnlyList<int[]> rows)
    {
        var lengths = rows.Select(row => row.Length).Distinct().ToList();
        return lengths.Count == 1
            ? [.. rows.SelectMany(row => row).Select(value => (long)value)]
            : throw new ArgumentException($"rows have the lengths {string.Join(", ", lengths)}; expected one length, pad them first.", nameof(rows));
    }
}
