namespace Platform.Modeling.Checkpoints;

/// <summary>A tensor as a safetensors header describes it.</summary>
/// <param name="Dtype">The format's name of the element type: <c>F32</c>, <c>BF16</c>, <c>U8</c> …</param>
/// <param name="Begin">The first byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
public sealed record TensorEntry(string Name, string Dtype, long[] Shape, long Begin, long End);
