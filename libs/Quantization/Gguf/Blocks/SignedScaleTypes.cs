namespace Platform.Quantization.Gguf.Blocks;

/// <summary>Three bits: x ≈ d s (q - 4) in blocks of 16, s in six bits with a sign, 256 numbers with one d.</summary>
internal sealed class Q3KType() : GgufType("Q3_K", 11, 11, 256, 110)
{
    private const int Small = 16;
    private const int Blocks = 16;
    private const int LowBits = 32;
    private const int Scales = 96;
    private const int D = 108;

    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        block.Clear();
        Span<float> scales = stackalloc float[Blocks];
        var extreme = 0f;
        for (var j = 0; j < Blocks; j++)
        {
            scales[j] = ScaleFit.SymmetricByDescent(values.Slice(j * Small, Small), 4);
            if (Math.Abs(scales[j]) > Math.Abs(extreme)) extreme = scales[j];
        }

        if (extreme != 0)
        {
            for (var j = 0; j < Blocks; j++)
            {
                var level = ScaleFit.Rounded(-32 / extreme * scales[j], -32, 31) + 32;
                block[Scales + (j % 8)] |= (byte)((level & 15) << (j / 8 * 4));
                block[Scales + 8 + (j % 4)] |= (byte)(level >> 4 << (j / 4 * 2));
            }
        }

        var d = WriteHalf(block, D, extreme == 0 ? 0 : extreme / -32);
        Span<byte> integers = stackalloc byte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var scale = d * Level(block, i / Small);
            integers[i] = (byte)(scale == 0 ? 4 : ScaleFit.Rounded(values[i] / scale, -4, 3) + 4);
            block[i % LowBits] |= (byte)((integers[i] >> 2) << (i / LowBits));
        }

        TwoBitLayout.Write(integers, block[LowBits..]);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        Span<byte> integers = stackalloc byte[values.Length];
        TwoBitLayout.Read(block[LowBits..], integers);
        var d = ReadHalf(block, D);
        for (var i = 0; i < values.Length; i++)
        {
            var high = (block[i % LowBits] >> (i / LowBits)) & 1;
            values[i] = d * Level(block, i / Small) * (integers[i] + (high * 4) - 4);
        }
    }

    private static int Level(ReadOnlySpan<byte> block, int j) =>
        (((block[Scales + (j % 8)] >> (j / 8 * 4)) & 15) | (((block[Scales + 8 + (j % 4)] >> (j / 4 * 2)) & 3) << 4)) - 32;
}

/// <summary>Six bits: x ≈ d s (q - 32) in blocks of 16, s in eight bits, 256 numbers with one d.</summary>
internal sealed class Q6KType() : GgufType("Q6_K", 14, 18, 256, 210)
{
    private const int Small = 16;
    private const int Blocks = 16;
    private const int HighBits = 128;
    private const int Scales = 192;
    private const int D = 208;
    private const float Nothing = 1e-15f;

    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        block.Clear();
        Span<byte> integers = stackalloc byte[values.Length];
        Span<float> scales = stackalloc float[Blocks];
        var extreme = 0f;
        for (var j = 0; j < Blocks; j++)
        {
            scales[j] = ScaleFit.Symmetric(values.Slice(j * Small, Small), 32, integers.Slice(j * Small, Small));
            if (Math.Abs(scales[j]) > Math.Abs(extreme)) extreme = scales[j];
        }

        if (Math.Abs(extreme) < Nothing) return;
        var inverse = -128 / extreme;
        var d = WriteHalf(block, D, 1 / inverse);
        for (var j = 0; j < Blocks; j++)
        {
            var level = ScaleFit.Rounded(inverse * scales[j], -128, 127);
            block[Scales + j] = (byte)(sbyte)level;
            var scale = d * level;
            if (scale == 0) continue;
            for (var i = j * Small; i < (j + 1) * Small; i++) integers[i] = (byte)(ScaleFit.Rounded(values[i] / scale, -32, 31) + 32);
        }

        for (var i = 0; i < integers.Length; i++)
        {
            block[(i / 128 * 64) + (i % 64)] |= (byte)((integers[i] & 15) << (i / 64 % 2 * 4));
            block[HighBits + (i / 128 * 32) + (i % 32)] |= (byte)((integers[i] >> 4) << (i / 32 % 4 * 2));
        }
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = ReadHalf(block, D);
        for (var i = 0; i < values.Length; i++)
        {
            var low = (block[(i / 128 * 64) + (i % 64)] >> (i / 64 % 2 * 4)) & 15;
            var high = (block[HighBits + (i / 128 * 32) + (i % 32)] >> (i / 32 % 4 * 2)) & 3;
            values[i] = d * (sbyte)block[Scales + (i / Small)] * ((low | (high << 4)) - 32);
        }
    }
}
