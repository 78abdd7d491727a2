namespace Platform.Quantization.EightBit;

/// <summary>256 values in [-1, 1], ascending, that a number divided by its block's largest magnitude is rounded to.</summary>
public sealed class EightBitMap
{
    public const int Size = 256;

    private const int Buckets = 1 << 16;
    private const int Half = 16;

    private readonly float[] _values;
    private readonly float[] _midpoints;
    private readonly byte[] _starts = new byte[Buckets];

    /// <param name="values">At most 256; zeros fill up what lacks.</param>
    internal EightBitMap(IEnumerable<float> values)
    {
        var given = values.ToList();
        if (given.Count > Size) throw new ArgumentException($"An 8-bit map holds {Size} values, not {given.Count}.", nameof(values));
        // A stable order: 0 stays before -0 where the map has both.
        _values = [.. given.Concat(Enumerable.Repeat(0f, Size - given.Count)).OrderBy(value => value)];
        _midpoints = [.. _values.Zip(_values.Skip(1), (low, high) => (low + high) / 2)];
        for (var bucket = 0; bucket < Buckets; bucket++) _starts[bucket] = Search(Lowest(bucket));
    }

    /// <summary>The value of each code.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The code nearest to <paramref name="value"/>; exactly between two values, the smaller one.</summary>
    /// <remarks>The upper half of the number's bits tells where the search begins, mostly at the code itself or one below.</remarks>
    public byte Nearest(float value)
    {
        int code = _starts[BitConverter.SingleToUInt32Bits(value) >> Half];
        while (code < Size - 1 && value > _midpoints[code]) code++;
        return (byte)code;
    }

    private byte Search(float value)
    {
        var (low, high) = (0, Size - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (value > _midpoints[middle]) low = middle + 1;
            else high = middle;
        }

        return (byte)low;
    }

    /// <summary>The smallest number whose upper bits these are: of negative ones, that of the largest magnitude.</summary>
    private static float Lowest(int bucket)
    {
        var bits = (uint)bucket << Half;
        return BitConverter.UInt32BitsToSingle(BitConverter.UInt32BitsToSingle(bits) < 0 ? bits | 0xFFFF : bits);
    }
}
