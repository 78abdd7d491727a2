namespace Platform.Data.Collation;

/// <summary>
/// Puts rows end to end into one long row without padding, each a sequence that sees nothing of the others: transformers'
/// DataCollatorWithFlattening, and TRL's collator with <c>padding_free</c>. The first token of a sequence is predicted from nothing.
/// </summary>
public sealed class FlatteningCollator
{
    /// <summary>The length is rounded up to a multiple of it, at the end.</summary>
    public PaddingOptions Padding { get; init; } = new();

    /// <summary>The label of each sequence's first token.</summary>
    public int SeparatorLabel { get; init; } = SupervisedExample.IgnoredLabel;

    /// <exception cref="ArgumentException">There are no rows.</exception>
    public Batch Collate(IReadOnlyList<SupervisedExample> rows)
    {
        if (rows.Count == 0) throw new ArgumentException("rows is empty; expected at least one.", nameof(rows));
        var batch = new PaddingCollator(Padding).Collate([SupervisedExample.Packed(rows)]);
        foreach (var start in batch.SequenceStarts.SkipLast(1)) batch.Labels[start] = SeparatorLabel;
        return batch;
    }
}
