namespace Platform.Quantization.EightBit;

/// <summary>Evenly spaced values: 255 in [-1, 1] and a second zero, or 256 in [0, 1].</summary>
/// <remarks>bitsandbytes' create_linear_map. Differs from it: none.</remarks>
public static class LinearMap
{
    public static EightBitMap Signed { get; } = new(EvenSpacing.Between(-1, 1, EightBitMap.Size - 1));

    public static EightBitMap Unsigned { get; } = new(EvenSpacing.Between(0, 1, EightBitMap.Size));
}
