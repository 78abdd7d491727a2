namespace Platform.Quantization.EightBit;

/// <summary>The 8-bit dynamic maps: values in (-1, 1] whose spacing grows with their magnitude.</summary>
/// <remarks>
/// For each exponent i = 0..E-1: the midpoints of 2^(i + F) equal parts of [0.1, 1], times ±10^(i - E + 1), where F bits are left
/// for fractions at the smallest exponent; and 0 and 1. Without signs there are twice as many parts.
/// Dettmers: "8-Bit Approximations for Parallelism in Deep Learning", 2016, section 2.2; Dettmers et al.: "8-bit Optimizers
/// via Block-wise Quantization", 2022, section 1.3.
/// Differs from the paper: the fraction is linear between 0.1 and 1 as in bitsandbytes, float32 arithmetic step by step.
/// </remarks>
public static class DynamicMap
{
    /// <summary>For numbers of both signs.</summary>
    public static EightBitMap Signed { get; } = Create(signed: true);

    /// <summary>For numbers that are never negative, such as second moments.</summary>
    public static EightBitMap Unsigned { get; } = Create(signed: false);

    /// <param name="signed">Whether each magnitude stands with both signs.</param>
    /// <param name="exponents">Powers of ten, 1 to <paramref name="bits"/> - 1.</param>
    /// <param name="bits">2 to 8; maps of fewer bits are filled up with zeros.</param>
    public static EightBitMap Create(bool signed, int exponents = 7, int bits = 8)
    {
        if (bits is < 2 or > 8) throw new ArgumentOutOfRangeException(nameof(bits), bits, "A map has 2 to 8 bits.");
        if (exponents < 1 || exponents > bits - 1) throw new ArgumentOutOfRangeException(nameof(exponents), exponents, $"A map of {bits} bits has 1 to {bits - 1} exponents.");
        var fractionBits = bits - 1 - exponents;
        List<float> values = [0, 1];
        for (var exponent = 0; exponent < exponents; exponent++) Add(1 << (exponent + fractionBits + (signed ? 0 : 1)), exponent);
        if (fractionBits > 0) Add((1 << fractionBits) - 1, exponents - 1);
        return new EightBitMap(values);

        void Add(int parts, int exponent)
        {
            var scale = (float)Math.Pow(10, exponent - (exponents - 1));
            var bounds = EvenSpacing.Between(0.1f, 1, parts + 1);
            for (var part = 0; part < parts; part++)
            {
                var mean = (bounds[part] + bounds[part + 1]) / 2;
                values.Add(scale * mean);
                if (signed) values.Add(-scale * mean);
            }
        }
    }
}
