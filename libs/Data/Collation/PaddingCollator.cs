namespace Platform.Data.Collation;

/// <summary>
/// Puts examples, or packed groups of them, into rows of equal length, padded at the right. The first label of each example in
/// a packed row is left out of the loss: its token follows another example's.
/// </summary>
/// <param name="padTokenId">Fills the end of the rows; it may equal a real token, labels and mask tell them apart.</param>
/// <param name="multipleOf">The length is rounded up to a multiple of it.</param>
public sealed class PaddingCollator(int padTokenId, int multipleOf = 1)
{
    /// <summary>One row per example, as long as the longest.</summary>
    public Batch Collate(IReadOnlyList<SupervisedExample> examples) => Collate([.. examples.Select(example => new[] { example })]);

    /// <summary>One row per group of examples.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public Batch Collate(IReadOnlyList<IReadOnlyList<SupervisedExample>> rows)
    {
        if (rows.Count == 0) throw new ArgumentException("rows is empty; expected at least one example.", nameof(rows));
        if (multipleOf < 1) throw new ArgumentOutOfRangeException(nameof(multipleOf), multipleOf, "multipleOf must be at least 1.");
        var longest = rows.Max(row => row.Sum(example => example.Length));
        var length = (longest + multipleOf - 1) / multipleOf * multipleOf;
        var size = rows.Count * length;
        var batch = new Batch(rows.Count, length, new long[size], new long[size], new long[size], new long[size], new int[size]);
        Array.Fill(batch.InputIds, padTokenId);
        Array.Fill(batch.Labels, SupervisedExample.IgnoredLabel);
        Array.Fill(batch.SequenceIds, -1);
        for (var row = 0; row < rows.Count; row++) Fill(batch, row * length, rows[row]);
        return batch;
    }

    private static void Fill(Batch batch, int start, IReadOnlyList<SupervisedExample> examples)
    {
        var position = start;
        for (var sequence = 0; sequence < examples.Count; sequence++)
        {
            var example = examples[sequence];
            for (var i = 0; i < example.Length; i++, position++)
            {
                batch.InputIds[position] = example.InputIds[i];
                batch.Labels[position] = i == 0 && sequence > 0 ? SupervisedExample.IgnoredLabel : example.Labels[i];
                batch.AttentionMask[position] = 1;
                batch.PositionIds[position] = i;
                batch.SequenceIds[position] = sequence;
            }
        }
    }
}
