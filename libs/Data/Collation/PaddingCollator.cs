namespace Platform.Data.Collation;

/// <summary>
/// Puts rows into a batch, padded to equal length: transformers' DataCollatorWithPadding and DataCollatorForTokenClassification, TRL's
/// DataCollatorForLanguageModeling. In a packed row the first label of each further sequence is left out of the loss: its token follows
/// another sequence's.
/// </summary>
public sealed class PaddingCollator(PaddingOptions padding)
{
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public Batch Collate(IReadOnlyList<SupervisedExample> rows)
    {
        if (rows.Count == 0) throw new ArgumentException("rows is empty; expected at least one.", nameof(rows));
        var width = padding.WidthOf(rows.Select(row => row.Length));
        var size = rows.Count * width;
        var batch = new Batch(
            rows.Count, width,
            padding.Matrix([.. rows.Select(row => row.InputIds)], width, padding.TokenId),
            padding.Matrix([.. rows.Select(row => row.Labels)], width, SupervisedExample.IgnoredLabel),
            new long[size], new long[size], new int[size]);
        Array.Fill(batch.SequenceIds, -1);
        foreach (var (i, row) in rows.Index()) Mark(batch, padding.StartOf(i, row.Length, width), row);
        return batch;
    }

    private static void Mark(Batch batch, int position, SupervisedExample row)
    {
        foreach (var (sequence, length) in row.SequenceLengths.Index())
        {
            if (sequence > 0 && length > 0) batch.Labels[position] = SupervisedExample.IgnoredLabel;
            for (var i = 0; i < length; i++, position++)
            {
                batch.AttentionMask[position] = 1;
                batch.PositionIds[position] = i;
                batch.SequenceIds[position] = sequence;
            }
        }
    }
}
