using static TorchSharp.torch;

namespace Platform.Quantization.Nf4;

/// <summary>Block scales in eight bits: their distance from their mean, in blocks of 256, by <see cref="DynamicMap"/>.</summary>
/// <remarks>
/// s' = map[c] * max|s - mean| + mean, the maximum over 256 scales.
/// Dettmers et al.: "QLoRA", 2023, section 3, "Double Quantization".
/// Differs from the paper: the 8-bit type is the dynamic map and not FP8, as in bitsandbytes.
/// </remarks>
/// <param name="Codes">One byte per scale.</param>
/// <param name="Scales">One per 256 codes.</param>
/// <param name="Offset">The scales' mean.</param>
public sealed record NestedScales(byte[] Codes, float[] Scales, float Offset)
{
    public const int BlockSize = 256;

    public static NestedScales Quantize(ReadOnlySpan<float> scales)
    {
        var offset = Mean(scales);
        var codes = new byte[scales.Length];
        var blockScales = new float[BlockCodes.Blocks(scales.Length, BlockSize)];
        for (var block = 0; block < blockScales.Length; block++)
        {
            var start = block * BlockSize;
            var end = Math.Min(scales.Length, start + BlockSize);
            var absmax = 0f;
            foreach (var scale in scales[start..end]) absmax = Math.Max(absmax, Math.Abs(scale - offset));
            var reciprocal = absmax == 0 ? 0 : 1 / absmax;
            for (var i = start; i < end; i++) codes[i] = DynamicMap.Nearest(Math.Clamp((scales[i] - offset) * reciprocal, -1, 1));
            blockScales[block] = absmax;
        }

        return new NestedScales(codes, blockScales, offset);
    }

    public float[] Dequantize()
    {
        var scales = new float[Codes.Length];
        for (var i = 0; i < scales.Length; i++) scales[i] = DynamicMap.Values[Codes[i]] * Scales[i / BlockSize] + Offset;
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
