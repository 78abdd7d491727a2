namespace Platform.Data.Collation;

/// <summary>How rows of unequal length become equally long.</summary>
public sealed record PaddingOptions
{
    /// <summary>Fills what is missing; it may equal a real token, labels and mask tell them apart.</summary>
    public int TokenId { get; init; }

    /// <summary>Fill the start of the rows instead of their end.</summary>
    public bool Left { get; init; }

    /// <summary>The length is rounded up to a multiple of it.</summary>
    public int MultipleOf { get; init; } = 1;

    /// <summary>At least this length; 0: that of the longest row.</summary>
    public int Length { get; init; }

    /// <summary>The length that rows of these lengths get.</summary>
    public int WidthOf(IEnumerable<int> lengths)
    {
        if (MultipleOf < 1) throw new InvalidOperationException($"multipleOf is {MultipleOf}; it must be at least 1.");
        var longest = Math.Max(Length, lengths.Max());
        return (longest + MultipleOf - 1) / MultipleOf * MultipleOf;
    }

    /// <summary>Rows side by side as one array [rows × width], row by row.</summary>
    public long[] Matrix(IReadOnlyList<int[]> rows, int width, int filler)
    {
        var matrix = new long[rows.Count * width];
        Array.Fill(matrix, filler);
        foreach (var (i, row) in rows.Index())
        {
            for (int j = 0, start = StartOf(i, row.Length, width); j < row.Length; j++) matrix[start + j] = row[j];
        }

        return matrix;
    }

    /// <summary>Where the first token of a row stands in the array.</summary>
    internal int StartOf(int row, int length, int width) => (row * width) + (Left ? width - length : 0);
}
