using Platform.Quantization.EightBit;
using static TorchSharp.torch;

namespace Platform.Quantization.Nf4;

/// <summary>Block scales in eight bits: their distance from their mean, in blocks, by the signed <see cref="DynamicMap"/>.</summary>
/// <remarks>
/// s' = map[c] * max|s - mean| + mean, the maximum over a block of scales.
/// Dettmers et al.: "QLoRA", 2023, section 3, "Double Quantization".
/// Differs from the paper: the 8-bit type is the dynamic map and not FP8, as in bitsandbytes.
/// </remarks>
/// <param name="Codes">One byte per scale.</param>
/// <param name="Scales">One per block of codes.</param>
/// <param name="Offset">The scales' mean.</param>
public sealed record NestedScales(byte[] Codes, float[] Scales, float Offset)
{
    /// <summary>Scales that share a scale, in every 4-bit checkpoint.</summary>
    public const int BlockSize = 256;

    public static NestedScales Quantize(ReadOnlySpan<float> scales, int blockSize = BlockSize)
    {
        var offset = Mean(scales);
        var distances = new float[scales.Length];
        for (var i = 0; i < distances.Length; i++) distances[i] = scales[i] - offset;
        var codes = new byte[scales.Length];
        var blockScales = new float[EightBitBlocks.Count(scales.Length, blockSize)];
        EightBitBlocks.Quantize(distances, DynamicMap.Signed, blockSize, codes, blockScales);
        return new NestedScales(codes, blockScales, offset);
    }

    public float[] Dequantize(int blockSize = BlockSize)
    {
        var scales = new float[Codes.Length];
        EightBitBlocks.Dequantize(Codes, Scales, DynamicMap.Signed, blockSize, scales);
        for (var i = 0; i < scales.Length; i++) scales[i] += Offset;
        return scales;
    }

    /// <summary>The mean as libtorch sums it: the order of additions shows in the last digit of the file.</summary>
    private static float Mean(ReadOnlySpan<float> scales)
    {
        using var values = tensor(scales.ToArray());
        using var mean = values.mean();
        return mean.item<float>();
    }
}
