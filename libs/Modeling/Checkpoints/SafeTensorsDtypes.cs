using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>The element types of the safetensors format.</summary>
public static class SafeTensorsDtypes
{
    private sealed record Kind(string Name, int Bits, ScalarType? Torch = null);

    // The order in which the reference writer sorts types; it writes the last kind first.
    private static readonly Kind[] Kinds =
    [
        new("BOOL", 8, ScalarType.Bool), new("F4", 4), new("F6_E2M3", 6), new("F6_E3M2", 6),
        new("U8", 8, ScalarType.Byte), new("I8", 8, ScalarType.Int8),
        new("F8_E5M2", 8), new("F8_E4M3", 8), new("F8_E8M0", 8),
        new("I16", 16, ScalarType.Int16), new("U16", 16), new("F16", 16, ScalarType.Float16), new("BF16", 16, ScalarType.BFloat16),
        new("I32", 32, ScalarType.Int32), new("U32", 32), new("F32", 32, ScalarType.Float32),
        new("C64", 64, ScalarType.ComplexFloat32), new("F64", 64, ScalarType.Float64), new("I64", 64, ScalarType.Int64), new("U64", 64),
    ];

    /// <summary>The format's name of a tensor type.</summary>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public static string NameOf(ScalarType dtype) =>
        Kinds.FirstOrDefault(kind => kind.Torch == dtype)?.Name ?? throw new NotSupportedException($"safetensors has no element type for {dtype}.");

    /// <summary>The tensor type of a name, or null if TorchSharp has none.</summary>
    public static ScalarType? TypeOf(string name) => Kinds.FirstOrDefault(kind => kind.Name == name)?.Torch;

    /// <summary>Bits per element, or null for an unknown name.</summary>
    internal static int? BitsOf(string name) => Kinds.FirstOrDefault(kind => kind.Name == name)?.Bits;

    internal static int SortRank(string name) => Array.FindIndex(Kinds, kind => kind.Name == name);
}
