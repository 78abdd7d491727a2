using System.Buffers.Binary;

namespace Platform.Quantization.Gguf.Blocks;

/// <summary>How a GGUF file keeps the numbers of a tensor's row: in blocks of a fixed size.</summary>
/// <remarks>The layouts are ggml's (Gerganov et al.); those with two levels of scales are Kawrakow's "k-quants", 2023.</remarks>
public abstract class GgufType(string name, uint id, uint fileType, int blockElements, int blockBytes)
{
    /// <summary>Numbers that one task works on.</summary>
    private const int TaskElements = 1 << 16;

    /// <summary>ggml's name: <c>Q4_K</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The number of the type in files.</summary>
    public uint Id { get; } = id;

    /// <summary>What <c>general.file_type</c> says of a file whose matrices are of this type.</summary>
    public uint FileType { get; } = fileType;

    public int BlockElements { get; } = blockElements;

    public int BlockBytes { get; } = blockBytes;

    public double BitsPerWeight => 8.0 * BlockBytes / BlockElements;

    /// <summary>Bytes of a number of elements, which must fill whole blocks.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public long Bytes(long elements) => elements % BlockElements == 0
        ? elements / BlockElements * BlockBytes
        : throw new ArgumentException($"{elements} numbers do not fill whole blocks of {Name}, which hold {BlockElements}.");

    public byte[] Quantize(ReadOnlyMemory<float> values)
    {
        var bytes = new byte[Bytes(values.Length)];
        ForBlocks(values.Length, block => QuantizeBlock(values.Span.Slice(block * BlockElements, BlockElements), bytes.AsSpan(block * BlockBytes, BlockBytes)));
        return bytes;
    }

    /// <param name="bytes">Whole blocks.</param>
    /// <param name="values">As many numbers as the blocks hold.</param>
    public void Dequantize(ReadOnlyMemory<byte> bytes, Memory<float> values)
    {
        if (Bytes(values.Length) != bytes.Length) throw new ArgumentException($"{values.Length} numbers of {Name} take {Bytes(values.Length)} bytes, not {bytes.Length}.");
        ForBlocks(values.Length, block => DequantizeBlock(bytes.Span.Slice(block * BlockBytes, BlockBytes), values.Span.Slice(block * BlockElements, BlockElements)));
    }

    protected abstract void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block);

    protected abstract void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values);

    protected static float ReadHalf(ReadOnlySpan<byte> block, int at) => (float)BinaryPrimitives.ReadHalfLittleEndian(block[at..]);

    /// <summary>Writes a number in float16 and returns what it became.</summary>
    protected static float WriteHalf(Span<byte> block, int at, float value)
    {
        BinaryPrimitives.WriteHalfLittleEndian(block[at..], (Half)value);
        return (float)(Half)value;
    }

    private void ForBlocks(int elements, Action<int> work)
    {
        var (blocks, perTask) = (elements / BlockElements, Math.Max(1, TaskElements / BlockElements));
        Parallel.For(0, (blocks + perTask - 1) / perTask, task =>
        {
            for (var block = task * perTask; block < Math.Min(blocks, (task + 1) * perTask); block++) work(block);
        });
    }
}
