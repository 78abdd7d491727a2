namespace Platform.Data.Collation;

/// <summary>Puts rows of an encoder-decoder model into a batch: transformers' DataCollatorForSeq2Seq. Inputs and labels get lengths of their own.</summary>
public sealed class Seq2SeqCollator(PaddingOptions padding)
{
    /// <summary>Fills the labels.</summary>
    public int LabelPadding { get; init; } = SupervisedExample.IgnoredLabel;

    /// <summary>What a decoder begins with; null: no decoder inputs are made.</summary>
    public int? DecoderStartTokenId { get; init; }

    /// <exception cref="ArgumentException">There are no rows.</exception>
    public Seq2SeqBatch Collate(IReadOnlyList<Seq2SeqExample> rows)
    {
        if (rows.Count == 0) throw new ArgumentException("rows is empty; expected at least one.", nameof(rows));
        var (inputs, labels) = (rows.Select(row => row.InputIds).ToList(), rows.Select(row => row.Labels).ToList());
        var (inputLength, labelLength) = (padding.WidthOf(inputs.Select(row => row.Length)), padding.WidthOf(labels.Select(row => row.Length)));
        var padded = padding.Matrix(labels, labelLength, LabelPadding);
        return new(
            rows.Count,
            inputLength,
            padding.Matrix(inputs, inputLength, padding.TokenId),
            padding.Matrix(inputs.ConvertAll(row => Enumerable.Repeat(1, row.Length).ToArray()), inputLength, 0),
            labelLength,
            padded,
            DecoderStartTokenId is { } start ? Shifted(padded, labelLength, start) : null);
    }

    private long[] Shifted(long[] labels, int width, int start) =>
        [.. labels.Select((_, i) => i % width == 0 ? start : labels[i - 1] == SupervisedExample.IgnoredLabel ? padding.TokenId : labels[i - 1])];
}
