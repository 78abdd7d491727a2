namespace Platform.Quantization.Grouped;

/// <summary>Small integers in 32-bit words: one endless row of bits per column, the first value in the lowest bits.</summary>
/// <remarks>
/// Value i lies at the bits i · b … i · b + b - 1 of its column's words. With 3 bits every 32 values fill three words, and the values
/// 10 and 21 of them lie in two words each. This is GPTQ's layout (Frantar et al., 2022; AutoGPTQ).
/// </remarks>
internal static class BitPacking
{
    private const int WordBits = 32;

    /// <summary>The words that <paramref name="count"/> values fill.</summary>
    /// <exception cref="ArgumentException">They fill no whole number of words.</exception>
    public static int Words(long count, int bits, string what)
    {
        if (count * bits % WordBits != 0) throw new ArgumentException($"{what} is {count}; {bits}-bit values fill whole 32-bit words only if it is a multiple of {WordBits / (bits == 3 ? 1 : bits)}.");
        return checked((int)(count * bits / WordBits));
    }

    /// <summary>[count, columns] values -> [words, columns].</summary>
    public static int[] Pack(ReadOnlySpan<byte> values, int columns, int bits)
    {
        var count = values.Length / columns;
        var words = new int[Words(count, bits, "The number of values") * columns];
        for (var i = 0; i < count; i++)
        {
            var (word, shift) = Math.DivRem(i * bits, WordBits);
            var row = values.Slice(i * columns, columns);
            Or(words.AsSpan(word * columns, columns), row, shift);
            if (shift + bits > WordBits) Or(words.AsSpan((word + 1) * columns, columns), row, shift - WordBits);
        }

        return words;
    }

    /// <summary>Row <paramref name="index"/> of the values.</summary>
    public static void Unpack(ReadOnlySpan<int> words, int columns, int bits, int index, Span<byte> values)
    {
        var (word, shift) = Math.DivRem(index * bits, WordBits);
        var mask = (1 << bits) - 1;
        var low = words.Slice(word * columns, columns);
        if (shift + bits <= WordBits)
        {
            for (var i = 0; i < columns; i++) values[i] = (byte)((low[i] >> shift) & mask);
            return;
        }

        var high = words.Slice((word + 1) * columns, columns);
        for (var i = 0; i < columns; i++) values[i] = (byte)(((int)((uint)low[i] >> shift) | (high[i] << (WordBits - shift))) & mask);
    }

    /// <param name="shift">Negative: to the right.</param>
    private static void Or(Span<int> words, ReadOnlySpan<byte> values, int shift)
    {
        for (var i = 0; i < values.Length; i++) words[i] |= shift >= 0 ? values[i] << shift : values[i] >> -shift;
    }
}
