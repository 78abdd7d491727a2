using Platform.Quantization.Nf4;

namespace Platform.Quantization.EightBit;

/// <summary>The values of <see cref="Nf4Codebook"/> in a map of 256; the other codes are zero.</summary>
/// <remarks>bitsandbytes' create_normal_map. Differs from it: none.</remarks>
public static class NormalMap
{
    public static EightBitMap Instance { get; } = new(Nf4Codebook.Instance.Values.ToArray());
}
