namespace Platform.Quantization.Gguf.Blocks;

/// <summary>Two bits: x ≈ d s q - dmin m in blocks of 16, s and m in four bits, 256 numbers with one d and dmin.</summary>
internal sealed class Q2KType() : GgufType("Q2_K", 10, 10, 256, 84)
{
    private const int Small = 16;
    private const int Blocks = 16;
    private const int Integers = 16; // the first byte of them, behind the scales
    private const int D = 80;
    private const int Minimum = 82;

    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        block.Clear();
        Span<byte> integers = stackalloc byte[values.Length];
        Span<float> scales = stackalloc float[Blocks], minima = stackalloc float[Blocks], weights = stackalloc float[Small];
        for (var j = 0; j < Blocks; j++)
        {
            var part = values.Slice(j * Small, Small);
            for (var i = 0; i < Small; i++) weights[i] = Math.Abs(part[i]);
            (scales[j], minima[j]) = ScaleFit.WithMinimum(part, weights, 3, integers.Slice(j * Small, Small), -0.5f, 15, absolute: true);
        }

        var (d, dmin) = (SmallScales.Levels(scales, 15, block, 0), SmallScales.Levels(minima, 15, block, 4));
        (d, dmin) = (WriteHalf(block, D, d), WriteHalf(block, Minimum, dmin));
        for (var j = 0; j < Blocks; j++)
        {
            var (scale, minimum) = (d * (block[j] & 15), dmin * (block[j] >> 4));
            if (scale == 0) continue;
            for (var i = j * Small; i < (j + 1) * Small; i++) integers[i] = (byte)ScaleFit.Rounded((values[i] + minimum) / scale, 0, 3);
        }

        TwoBitLayout.Write(integers, block[Integers..]);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        Span<byte> integers = stackalloc byte[values.Length];
        TwoBitLayout.Read(block[Integers..], integers);
        var (d, dmin) = (ReadHalf(block, D), ReadHalf(block, Minimum));
        for (var i = 0; i < values.Length; i++) values[i] = (d * (block[i / Small] & 15) * integers[i]) - (dmin * (block[i / Small] >> 4));
    }
}

/// <summary>Four or five bits: x ≈ d s q - dmin m in blocks of 32, s and m in six bits, 256 numbers with one d and dmin.</summary>
internal abstract class SixBitScalesType(string name, uint id, uint fileType, int bits, float first, int steps) : GgufType(name, id, fileType, 256, 144 + (bits == 5 ? 32 : 0))
{
    private const int Small = 32;
    private const int Blocks = 8;
    private const int Scales = 4; // the first byte of them, behind d and dmin
    private const int Integers = 16;

    private readonly int _levels = (1 << bits) - 1;

    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        block.Clear();
        Span<byte> integers = stackalloc byte[values.Length], levels = stackalloc byte[Blocks], minimumLevels = stackalloc byte[Blocks];
        Span<float> scales = stackalloc float[Blocks], minima = stackalloc float[Blocks], weights = stackalloc float[Small];
        for (var j = 0; j < Blocks; j++)
        {
            var part = values.Slice(j * Small, Small);
            var square = 0f;
            foreach (var value in part) square += value * value;
            var root = MathF.Sqrt(square / Small);
            for (var i = 0; i < Small; i++) weights[i] = root + Math.Abs(part[i]);
            (scales[j], minima[j]) = ScaleFit.WithMinimum(part, weights, _levels, integers.Slice(j * Small, Small), first, steps, absolute: false);
        }

        var d = WriteHalf(block, 0, SmallScales.Levels(scales, 63, levels, 0));
        var dmin = WriteHalf(block, 2, SmallScales.Levels(minima, 63, minimumLevels, 0));
        SixBitLayout.Write(levels, minimumLevels, block[Scales..]);
        for (var j = 0; j < Blocks; j++)
        {
            var (scale, minimum) = (d * levels[j], dmin * minimumLevels[j]);
            if (scale == 0) continue;
            for (var i = j * Small; i < (j + 1) * Small; i++) integers[i] = (byte)ScaleFit.Rounded((values[i] + minimum) / scale, 0, _levels);
        }

        WriteIntegers(integers, block[Integers..]);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        Span<byte> integers = stackalloc byte[values.Length], levels = stackalloc byte[Blocks], minimumLevels = stackalloc byte[Blocks];
        SixBitLayout.Read(block[Scales..], levels, minimumLevels);
        ReadIntegers(block[Integers..], integers);
        var (d, dmin) = (ReadHalf(block, 0), ReadHalf(block, 2));
        for (var i = 0; i < values.Length; i++) values[i] = (d * levels[i / Small] * integers[i]) - (dmin * minimumLevels[i / Small]);
    }

    // Fifth bits first: bit k of byte i is that of number 32 k + i. Then number i and i + 32 of each 64 in one byte.
    private void WriteIntegers(ReadOnlySpan<byte> integers, Span<byte> bytes)
    {
        if (bits == 5)
        {
            for (var i = 0; i < integers.Length; i++) bytes[i % Small] |= (byte)((integers[i] >> 4) << (i / Small));
            bytes = bytes[Small..];
        }

        for (var i = 0; i < integers.Length; i++) bytes[(i / 64 * Small) + (i % Small)] |= (byte)((integers[i] & 15) << (i / Small % 2 * 4));
    }

    private void ReadIntegers(ReadOnlySpan<byte> bytes, Span<byte> integers)
    {
        var high = bytes;
        if (bits == 5) bytes = bytes[Small..];
        for (var i = 0; i < integers.Length; i++)
        {
            var low = (bytes[(i / 64 * Small) + (i % Small)] >> (i / Small % 2 * 4)) & 15;
            integers[i] = (byte)(bits == 5 ? low | (((high[i % Small] >> (i / Small)) & 1) << 4) : low);
        }
    }
}

internal sealed class Q4KType() : SixBitScalesType("Q4_K", 12, 14, 4, -1, 20);

internal sealed class Q5KType() : SixBitScalesType("Q5_K", 13, 16, 5, -0.5f, 15);

/// <summary>The scales of small blocks as small integers times one number.</summary>
internal static class SmallScales
{
    /// <summary>Adds round(scale / largest · limit), shifted, to each byte; returns largest / limit.</summary>
    public static float Levels(ReadOnlySpan<float> scales, int limit, Span<byte> bytes, int shift)
    {
        var largest = 0f;
        foreach (var scale in scales) largest = Math.Max(largest, scale);
        if (largest <= 0) return 0;
        for (var j = 0; j < scales.Length; j++) bytes[j] |= (byte)(ScaleFit.Rounded(limit / largest * scales[j], 0, limit) << shift);
        return largest / limit;
    }
}

/// <summary>256 integers of two bits: of each 128 the numbers i, i + 32, i + 64 and i + 96 lie in byte i.</summary>
internal static class TwoBitLayout
{
    public static void Write(ReadOnlySpan<byte> integers, Span<byte> bytes)
    {
        for (var i = 0; i < integers.Length; i++) bytes[(i / 128 * 32) + (i % 32)] |= (byte)((integers[i] & 3) << (i / 32 % 4 * 2));
    }

    public static void Read(ReadOnlySpan<byte> bytes, Span<byte> integers)
    {
        for (var i = 0; i < integers.Length; i++) integers[i] = (byte)((bytes[(i / 128 * 32) + (i % 32)] >> (i / 32 % 4 * 2)) & 3);
    }
}

/// <summary>Eight scales and eight minima of six bits in twelve bytes: four of each whole, whose upper bits hold those of the others.</summary>
internal static class SixBitLayout
{
    public static void Write(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> minima, Span<byte> bytes)
    {
        for (var j = 0; j < 4; j++)
        {
            bytes[j] = (byte)(scales[j] | (scales[j + 4] >> 4 << 6));
            bytes[j + 4] = (byte)(minima[j] | (minima[j + 4] >> 4 << 6));
            bytes[j + 8] = (byte)((scales[j + 4] & 15) | (minima[j + 4] << 4));
        }
    }

    public static void Read(ReadOnlySpan<byte> bytes, Span<byte> scales, Span<byte> minima)
    {
        for (var j = 0; j < 4; j++)
        {
            (scales[j], minima[j]) = ((byte)(bytes[j] & 63), (byte)(bytes[j + 4] & 63));
            (scales[j + 4], minima[j + 4]) = ((byte)((bytes[j + 8] & 15) | (bytes[j] >> 6 << 4)), (byte)((bytes[j + 8] >> 4) | (bytes[j + 4] >> 6 << 4)));
        }
    }
}
