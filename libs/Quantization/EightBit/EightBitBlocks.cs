using Platform.Quantization.Nf4;

namespace Platform.Quantization.EightBit;

/// <summary>Numbers as one byte each and a float32 scale per block.</summary>
/// <remarks>
/// c = argmin_j |x / absmax(block) - map_j|; x' = map_c * absmax(block).
/// Dettmers, Lewis, Shleifer, Zettlemoyer: "8-bit Optimizers via Block-wise Quantization", 2022, section 2.1.
/// Differs from the paper: x is multiplied by the reciprocal 1 / absmax in float32; a tie goes to the smaller value. The codes of
/// a block of zeros are those of zero.
/// </remarks>
public static class EightBitBlocks
{
    /// <summary>Numbers that one task works on, about a millisecond.</summary>
    private const int TaskSize = 1 << 18;

    public static int Count(long numbers, int blockSize) => BlockCodes.Blocks(numbers, blockSize);

    /// <summary>Codes of <paramref name="values"/>, and scales, one per block.</summary>
    public static void Quantize(ReadOnlyMemory<float> values, EightBitMap map, int blockSize, Memory<byte> codes, Memory<float> scales) =>
        ForBlocks(values.Length, blockSize, scales.Length, (block, range) => scales.Span[block] = QuantizeBlock(values.Span[range], map, codes.Span[range]));

    /// <summary>The inverse of <see cref="Quantize"/>.</summary>
    public static void Dequantize(ReadOnlyMemory<byte> codes, ReadOnlyMemory<float> scales, EightBitMap map, int blockSize, Memory<float> values) =>
        ForBlocks(codes.Length, blockSize, scales.Length, (block, range) => DequantizeBlock(codes.Span[range], scales.Span[block], map, values.Span[range]));

    /// <summary>The codes of one block; returns its scale.</summary>
    public static float QuantizeBlock(ReadOnlySpan<float> values, EightBitMap map, Span<byte> codes)
    {
        var absmax = 0f;
        foreach (var value in values) absmax = Math.Max(absmax, Math.Abs(value));
        var reciprocal = absmax == 0 ? 0 : 1 / absmax;
        for (var i = 0; i < values.Length; i++) codes[i] = map.Nearest(Math.Clamp(values[i] * reciprocal, -1, 1));
        return absmax;
    }

    /// <summary>The numbers of one block.</summary>
    public static void DequantizeBlock(ReadOnlySpan<byte> codes, float scale, EightBitMap map, Span<float> values)
    {
        var table = map.Values;
        for (var i = 0; i < codes.Length; i++) values[i] = table[codes[i]] * scale;
    }

    private static void ForBlocks(int count, int blockSize, int scales, Action<int, Range> work)
    {
        if (blockSize < 1) throw new ArgumentOutOfRangeException(nameof(blockSize), blockSize, "A block holds at least one number.");
        var blocks = Count(count, blockSize);
        if (scales != blocks) throw new ArgumentException($"{count} numbers in blocks of {blockSize} have {blocks} scales, not {scales}.", nameof(scales));
        var blocksPerTask = Math.Max(1, TaskSize / blockSize);
        Parallel.For(0, (blocks + blocksPerTask - 1) / blocksPerTask, task =>
        {
            for (var block = task * blocksPerTask; block < Math.Min(blocks, (task + 1) * blocksPerTask); block++)
                work(block, (block * blockSize)..Math.Min(count, (block + 1) * blockSize));
        });
    }
}
