using System.Buffers.Binary;

namespace Platform.Quantization.Gguf.Blocks;

/// <summary>x ≈ d q, q = round(x / d) in eight bits, d = max|x| / 127, 32 numbers a block. Halves are rounded away from zero.</summary>
internal sealed class Q8Type() : GgufType("Q8_0", 8, 7, 32, 34)
{
    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        var largest = 0f;
        foreach (var value in values) largest = Math.Max(largest, Math.Abs(value));
        var scale = largest / 127;
        var inverse = scale == 0 ? 0 : 1 / scale;
        WriteHalf(block, 0, scale);
        for (var i = 0; i < values.Length; i++) block[2 + i] = (byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = ReadHalf(block, 0);
        for (var i = 0; i < values.Length; i++) values[i] = (sbyte)block[2 + i] * scale;
    }
}

/// <summary>
/// x ≈ d (q - 2^(b-1)) in b bits, 32 numbers a block. d = -x_max / 2^(b-1), x_max the number of largest magnitude, so that it is met
/// exactly; q = ⌊x / d + 2^(b-1) + 1/2⌋. Bits 0 to 3 of the numbers j and j + 16 lie in one byte, fifth bits in a word of their own.
/// </summary>
internal abstract class SignedBlockType(string name, uint id, uint fileType, int bits) : GgufType(name, id, fileType, 32, 2 + NibbleLayout.Bytes(bits))
{
    private readonly int _offset = 1 << (bits - 1);

    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        var (largest, extreme) = (0f, 0f);
        foreach (var value in values)
            if (Math.Abs(value) > largest) (largest, extreme) = (Math.Abs(value), value);
        var scale = extreme / -_offset;
        var inverse = scale == 0 ? 0 : 1 / scale;
        WriteHalf(block, 0, scale);
        Span<byte> integers = stackalloc byte[BlockElements];
        for (var i = 0; i < integers.Length; i++) integers[i] = (byte)Math.Min((2 * _offset) - 1, (int)((values[i] * inverse) + (_offset + 0.5f)));
        NibbleLayout.Write(integers, block[2..], bits);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = ReadHalf(block, 0);
        Span<byte> integers = stackalloc byte[BlockElements];
        NibbleLayout.Read(block[2..], integers, bits);
        for (var i = 0; i < integers.Length; i++) values[i] = (integers[i] - _offset) * scale;
    }
}

/// <summary>x ≈ d q + m in b bits, 32 numbers a block. m = min x, d = (max x - m) / (2^b - 1), q = ⌊(x - m) / d + 1/2⌋.</summary>
internal abstract class ShiftedBlockType(string name, uint id, uint fileType, int bits) : GgufType(name, id, fileType, 32, 4 + NibbleLayout.Bytes(bits))
{
    private readonly int _levels = (1 << bits) - 1;

    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        var (low, high) = (float.MaxValue, float.MinValue);
        foreach (var value in values)
        {
            // Not Math.Min: of 0 and -0 the first one stays.
            if (value < low) low = value;
            if (value > high) high = value;
        }

        var scale = (high - low) / _levels;
        var inverse = scale == 0 ? 0 : 1 / scale;
        WriteHalf(block, 0, scale);
        WriteHalf(block, 2, low);
        Span<byte> integers = stackalloc byte[BlockElements];
        for (var i = 0; i < integers.Length; i++) integers[i] = (byte)Math.Min(_levels, (int)(((values[i] - low) * inverse) + 0.5f));
        NibbleLayout.Write(integers, block[4..], bits);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var (scale, low) = (ReadHalf(block, 0), ReadHalf(block, 2));
        Span<byte> integers = stackalloc byte[BlockElements];
        NibbleLayout.Read(block[4..], integers, bits);
        for (var i = 0; i < integers.Length; i++) values[i] = (integers[i] * scale) + low;
    }
}

internal sealed class NibbleType(string name, uint id, uint fileType) : SignedBlockType(name, id, fileType, 4);

internal sealed class FiveBitType(string name, uint id, uint fileType) : SignedBlockType(name, id, fileType, 5);

internal sealed class NibbleMinType(string name, uint id, uint fileType) : ShiftedBlockType(name, id, fileType, 4);

internal sealed class FiveBitMinType(string name, uint id, uint fileType) : ShiftedBlockType(name, id, fileType, 5);

/// <summary>32 integers of four or five bits: a word of fifth bits, if there are any, then number j and j + 16 in byte j.</summary>
internal static class NibbleLayout
{
    private const int Half = 16;

    public static int Bytes(int bits) => Half + (bits == 5 ? sizeof(uint) : 0);

    public static void Write(ReadOnlySpan<byte> integers, Span<byte> bytes, int bits)
    {
        if (bits == 5)
        {
            var high = 0u;
            for (var i = 0; i < integers.Length; i++) high |= (uint)(integers[i] >> 4) << i;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, high);
            bytes = bytes[sizeof(uint)..];
        }

        for (var i = 0; i < Half; i++) bytes[i] = (byte)((integers[i] & 15) | (integers[i + Half] << 4));
    }

    public static void Read(ReadOnlySpan<byte> bytes, Span<byte> integers, int bits)
    {
        var high = bits == 5 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        if (bits == 5) bytes = bytes[sizeof(uint)..];
        for (var i = 0; i < Half; i++) (integers[i], integers[i + Half]) = ((byte)(bytes[i] & 15), (byte)(bytes[i] >> 4));
        for (var i = 0; i < integers.Length; i++) integers[i] |= (byte)(((high >> i) & 1) << 4);
    }
}
