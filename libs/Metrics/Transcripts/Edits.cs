namespace Platform.Metrics.Transcripts;

/// <summary>
/// The least edits that turn a reference into a hypothesis (Levenshtein 1966), with cost 1 each. Among equally short scripts the one from the
/// end that deletes before it inserts before it substitutes, as rapidfuzz, which jiwer uses. Differs from rapidfuzz: long texts are not halved
/// first, which there may choose another script of the same length.
/// </summary>
/// <param name="Hits">Tokens that stay.</param>
public readonly record struct Edits(long Hits, long Substitutions, long Deletions, long Insertions)
{
    public long Errors => Substitutions + Deletions + Insertions;

    /// <summary>Tokens of the reference.</summary>
    public long Reference => Hits + Substitutions + Deletions;

    /// <summary>Tokens of the hypothesis.</summary>
    public long Hypothesis => Hits + Substitutions + Insertions;

    public static Edits operator +(Edits left, Edits right) =>
        new(left.Hits + right.Hits, left.Substitutions + right.Substitutions, left.Deletions + right.Deletions, left.Insertions + right.Insertions);

    /// <summary>Takes time and memory by the product of the lengths.</summary>
    public static Edits Between(IReadOnlyList<string> reference, IReadOnlyList<string> hypothesis)
    {
        var (same, left, right) = WithoutCommonEnds([.. reference], [.. hypothesis]);
        var distance = Distances(left, right);
        int column = left.Length, row = right.Length;
        long deletions = 0, insertions = 0, substitutions = 0;
        while (row > 0 && column > 0)
        {
            if (distance[row, column] == distance[row, column - 1] + 1)
            {
                (deletions, column) = (deletions + 1, column - 1);
                continue;
            }

            row--;
            if (row > 0 && distance[row, column] == distance[row, column - 1] - 1)
            {
                insertions++;
                continue;
            }

            column--;
            if (left[column] == right[row]) same++;
            else substitutions++;
        }

        return new Edits(same, substitutions, deletions + column, insertions + row);
    }

    private static (long Same, string[] Left, string[] Right) WithoutCommonEnds(string[] left, string[] right)
    {
        var start = left.AsSpan().CommonPrefixLength(right);
        var end = 0;
        while (end < Math.Min(left.Length, right.Length) - start && left[^(end + 1)] == right[^(end + 1)]) end++;
        return (start + end, left[start..(left.Length - end)], right[start..(right.Length - end)]);
    }

    private static int[,] Distances(string[] left, string[] right)
    {
        var distance = new int[right.Length + 1, left.Length + 1];
        for (var column = 1; column <= left.Length; column++) distance[0, column] = column;
        for (var row = 1; row <= right.Length; row++)
        {
            distance[row, 0] = row;
            for (var column = 1; column <= left.Length; column++)
            {
                var replaced = distance[row - 1, column - 1] + (left[column - 1] == right[row - 1] ? 0 : 1);
                distance[row, column] = Math.Min(replaced, Math.Min(distance[row - 1, column], distance[row, column - 1]) + 1);
            }
        }

        return distance;
    }
}
