namespace Platform.Quantization.Nf4;

/// <summary>Quantizes and dequantizes the flattened weight block by block: two codes a byte, the first in the high nibble.</summary>
/// <remarks>
/// c = argmin_j |x / absmax(block) - q_j|; x' = q_c * absmax(block).
/// Dettmers et al.: "QLoRA", 2023, section 3; the byte layout is bitsandbytes'.
/// Differs from the paper: blocks run over row ends; x is multiplied by the reciprocal 1 / absmax in float32, except in a last,
/// shorter block, where it is divided; a tie goes to the smaller value. An odd count is padded with the code of zero.
/// </remarks>
internal static class BlockCodes
{
    /// <summary>Blocks that one task works on, so that tasks neither are tiny nor share a byte.</summary>
    private const int BlocksPerTask = 4096;

    public static int Blocks(long count, int blockSize) => checked((int)((count + blockSize - 1) / blockSize));

    /// <summary>Codes of <paramref name="weight"/> [count] into <paramref name="packed"/> [(count + 1) / 2], scales into <paramref name="scales"/> [blocks].</summary>
    public static void Quantize(ReadOnlyMemory<float> weight, FourBitCodebook codebook, int blockSize, Memory<byte> packed, Memory<float> scales)
    {
        var blocks = Blocks(weight.Length, blockSize);
        Parallel.For(0, (blocks + BlocksPerTask - 1) / BlocksPerTask, task =>
        {
            for (var block = task * BlocksPerTask; block < Math.Min(blocks, (task + 1) * BlocksPerTask); block++)
            {
                var start = block * blockSize;
                var values = weight.Span[start..Math.Min(weight.Length, start + blockSize)];
                scales.Span[block] = QuantizeBlock(values, codebook, blockSize, packed.Span[(start / 2)..]);
            }
        });
    }

    /// <summary>The inverse: values of <paramref name="packed"/> times their block's scale into <paramref name="weight"/>.</summary>
    public static void Dequantize(ReadOnlyMemory<byte> packed, ReadOnlyMemory<float> scales, FourBitCodebook codebook, int blockSize, Memory<float> weight)
    {
        var blocks = Blocks(weight.Length, blockSize);
        Parallel.For(0, (blocks + BlocksPerTask - 1) / BlocksPerTask, task =>
        {
            var values = codebook.Values;
            for (var block = task * BlocksPerTask; block < Math.Min(blocks, (task + 1) * BlocksPerTask); block++)
            {
                var start = block * blockSize;
                DequantizeBlock(packed.Span[(start / 2)..], scales.Span[block], values, weight.Span[start..Math.Min(weight.Length, start + blockSize)]);
            }
        });
    }

    private static float QuantizeBlock(ReadOnlySpan<float> values, FourBitCodebook codebook, int blockSize, Span<byte> packed)
    {
        var absmax = 0f;
        foreach (var value in values) absmax = Math.Max(absmax, Math.Abs(value));
        var whole = values.Length == blockSize;
        var reciprocal = absmax == 0 ? 0 : 1 / absmax;
        for (var i = 0; i < values.Length; i += 2)
        {
            var low = i + 1 < values.Length ? Code(values[i + 1]) : codebook.Nearest(0);
            packed[i / 2] = (byte)(Code(values[i]) << 4 | low);
        }

        return absmax;

        byte Code(float value) => codebook.Nearest(Math.Clamp(whole || absmax == 0 ? value * reciprocal : value / absmax, -1, 1));
    }

    private static void DequantizeBlock(ReadOnlySpan<byte> packed, float scale, ReadOnlySpan<float> codes, Span<float> values)
    {
        Span<float> scaled = stackalloc float[FourBitCodebook.Size]; // 16 products a block instead of one per value
        for (var code = 0; code < scaled.Length; code++) scaled[code] = codes[code] * scale;
        for (var i = 0; i + 1 < values.Length; i += 2)
        {
            var pair = packed[i / 2];
            values[i] = scaled[pair >> 4];
            values[i + 1] = scaled[pair & 15];
        }

        if (values.Length % 2 == 1) values[^1] = scaled[packed[values.Length / 2] >> 4];
    }
}
