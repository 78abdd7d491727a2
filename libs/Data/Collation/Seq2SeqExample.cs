namespace Platform.Data.Collation;

/// <summary>A tokenized row of an encoder-decoder model: what is read, and what is written, of any length.</summary>
public sealed record Seq2SeqExample(int[] InputIds, int[] Labels);
