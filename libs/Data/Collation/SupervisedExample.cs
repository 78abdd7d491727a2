namespace Platform.Data.Collation;

/// <summary>
/// A tokenized row: <see cref="Labels"/> is as long as <see cref="InputIds"/>, with -100 where no loss counts. A packed row
/// holds several sequences, which see nothing of each other.
/// </summary>
public sealed record SupervisedExample
{
    /// <summary>The label that losses leave out.</summary>
    public const int IgnoredLabel = -100;

    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public SupervisedExample(int[] inputIds, int[] labels, int[]? sequenceLengths = null)
    {
        if (inputIds.Length != labels.Length) throw new ArgumentException($"labels has {labels.Length} entries; expected {inputIds.Length}, as many as inputIds.", nameof(labels));
        if (sequenceLengths is not null && sequenceLengths.Sum() != inputIds.Length) throw new ArgumentException($"sequenceLengths add up to {sequenceLengths.Sum()}; expected {inputIds.Length}, as many as inputIds.", nameof(sequenceLengths));
        InputIds = inputIds;
        Labels = labels;
        SequenceLengths = sequenceLengths ?? [inputIds.Length];
    }

    public int[] InputIds { get; }

    public int[] Labels { get; }

    /// <summary>The lengths of the sequences, one after the other; a row that is not packed is one.</summary>
    public int[] SequenceLengths { get; }

    public int Length => InputIds.Length;

    /// <summary>Tokens that a causal model is trained to predict: the first of a sequence is never predicted.</summary>
    public int SupervisedTokens
    {
        get
        {
            var (count, start) = (0, 0);
            foreach (var length in SequenceLengths)
            {
                for (var i = start + 1; i < start + length; i++)
                {
                    if (Labels[i] != IgnoredLabel) count++;
                }

                start += length;
            }

            return count;
        }
    }

    /// <summary>The row, of one sequence, without what lies beyond the length.</summary>
    /// <param name="keepEnd">Cut off the start instead of the end.</param>
    public SupervisedExample Truncate(int length, bool keepEnd = false) => Slice(keepEnd ? Math.Max(0, Length - length) : 0, Math.Min(length, Length));

    /// <summary>A stretch of the row, of one sequence.</summary>
    public SupervisedExample Slice(int start, int length) => length == Length
        ? this
        : new SupervisedExample(InputIds[start..(start + length)], Labels[start..(start + length)]);

    /// <summary>All rows as one of several sequences.</summary>
    public static SupervisedExample Packed(IReadOnlyList<SupervisedExample> rows) =>
        new([.. rows.SelectMany(row => row.InputIds)], [.. rows.SelectMany(row => row.Labels)], [.. rows.SelectMany(row => row.SequenceLengths)]);
}
