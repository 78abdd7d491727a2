namespace Platform.Quantization.Nf4;

/// <summary>A weight in four bits: two codes a byte, a scale per block, and what it was before.</summary>
public sealed class QuantizedWeight
{
    private readonly float[]? _scales;

    internal QuantizedWeight(FourBitCodebook codebook, int blockSize, string dtype, long[] shape, byte[] packed, float[]? scales, NestedScales? nested)
    {
        (Codebook, BlockSize, Dtype, Shape, Packed, _scales, Nested) = (codebook, blockSize, dtype, shape, packed, scales, nested);
    }

    /// <summary>A weight from what a file holds, with scales in float32.</summary>
    /// <exception cref="ArgumentException">The sizes do not belong to each other.</exception>
    public static QuantizedWeight FromParts(FourBitCodebook codebook, int blockSize, string dtype, long[] shape, byte[] packed, float[] scales)
    {
        var count = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (packed.Length != (count + 1) / 2 || scales.Length != BlockCodes.Blocks(count, blockSize)) throw new ArgumentException($"{packed.Length} bytes and {scales.Length} scales do not make a weight of {count} numbers in blocks of {blockSize}.");
        return new QuantizedWeight(codebook, blockSize, dtype, shape, packed, scales, null);
    }

    public FourBitCodebook Codebook { get; }

    public int BlockSize { get; }

    /// <summary><c>float32</c>, <c>bfloat16</c> or <c>float16</c>: what the weight dequantizes to.</summary>
    public string Dtype { get; }

    public long[] Shape { get; }

    /// <summary>Element 2i of the flattened weight in the high nibble of byte i.</summary>
    public byte[] Packed { get; }

    /// <summary>The scales in eight bits; null when they are kept in float32.</summary>
    public NestedScales? Nested { get; }

    public int Count => checked((int)Shape.Aggregate(1L, (product, size) => checked(product * size)));

    public QuantState State => new(Codebook.Name, BlockSize, Dtype, Shape, Nested?.Offset);

    /// <summary>A scale per block, dequantized when they are nested.</summary>
    public float[] Scales() => _scales ?? Nested!.Dequantize();

    /// <summary>Bytes that the weight takes in memory.</summary>
    public long SizeBytes => Packed.Length + (Nested is { } nested ? nested.Codes.Length + (4L * nested.Scales.Length) : 4L * _scales!.Length);
}
