using System.Buffers.Binary;

namespace Platform.Quantization.Gguf.Blocks;

/// <summary>float32 as it is.</summary>
internal sealed class Float32Type() : GgufType("F32", 0, 0, 1, 4)
{
    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block) => BinaryPrimitives.WriteSingleLittleEndian(block, values[0]);

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values) => values[0] = BinaryPrimitives.ReadSingleLittleEndian(block);
}

/// <summary>Rounded to float16, ties to even.</summary>
internal sealed class Float16Type() : GgufType("F16", 1, 1, 1, 2)
{
    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block) => WriteHalf(block, 0, values[0]);

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values) => values[0] = ReadHalf(block, 0);
}

/// <summary>Rounded to bfloat16, ties to even.</summary>
internal sealed class BFloat16Type() : GgufType("BF16", 30, 32, 1, 2)
{
    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        var bits = BitConverter.SingleToUInt32Bits(values[0]);
        var rounded = float.IsNaN(values[0]) ? (bits >> 16) | 64 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        BinaryPrimitives.WriteUInt16LittleEndian(block, (ushort)rounded);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values) => values[0] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(block) << 16);
}
