namespace Platform.Data.Collation;

/// <summary>Rows of an encoder-decoder model: inputs [rows × input length] and outputs [rows × label length], row by row.</summary>
/// <param name="AttentionMask">of the inputs</param>
/// <param name="DecoderInputIds">the labels one place to the right, as the decoder reads them; null where nobody named its start token</param>
public sealed record Seq2SeqBatch(int Rows, int InputLength, long[] InputIds, long[] AttentionMask, int LabelLength, long[] Labels, long[]? DecoderInputIds);
