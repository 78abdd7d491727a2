namespace Platform.Quantization.EightBit;

/// <summary>The numbers of an 8-bit floating-point type with a sign, divided by the largest.</summary>
/// <remarks>
/// ±(1 + f) · 2^(b + 1 - e) for e = 1..2^E - 1 and ±f · 2^-b for e = 0, where f has M fraction bits and b = 2^(E - 1).
/// bitsandbytes' create_fp8_map; the types are those of Micikevicius et al.: "FP8 Formats for Deep Learning", 2022.
/// Differs from the paper: exponents count downwards from the largest numbers and no code is kept for infinity or NaN, as in the
/// library. Zero has two codes, 0 before -0.
/// </remarks>
public static class Float8Map
{
    /// <summary>Four exponent bits, three fraction bits.</summary>
    public static EightBitMap E4M3 { get; } = Create(4, 3);

    /// <summary>Five exponent bits, two fraction bits.</summary>
    public static EightBitMap E5M2 { get; } = Create(5, 2);

    private static EightBitMap Create(int exponentBits, int fractionBits)
    {
        var bias = 1 << (exponentBits - 1);
        var fractions = 1 << fractionBits;
        var magnitudes =
            from exponent in Enumerable.Range(0, 1 << exponentBits)
            from fraction in Enumerable.Range(0, fractions)
            let part = (double)fraction / fractions
            select (float)(exponent == 0 ? Math.ScaleB(part, -bias) : Math.ScaleB(1 + part, bias + 1 - exponent));
        var values = magnitudes.ToList();
        var largest = values.Max();
        return new EightBitMap(values.SelectMany(value => (float[])[value / largest, -value / largest]));
    }
}
