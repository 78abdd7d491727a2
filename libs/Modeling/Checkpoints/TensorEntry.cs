namespace Platform.Modeling.Checkpoints;

/// <summary>A tensor as its file describes it.</summary>
/// <param name="Dtype">The element type by safetensors' name: <c>F32</c>, <c>BF16</c>, <c>U8</c> …</param>
public record TensorEntry(string Name, string Dtype, long[] Shape);

/// <summary>A tensor as a safetensors header describes it.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Dtype">The element type.</param>
/// <param name="Shape">Empty for a scalar.</param>
/// <param name="Begin">The first byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
public sealed record SafeTensorsEntry(string Name, string Dtype, long[] Shape, long Begin, long End) : TensorEntry(Name, Dtype, Shape);
