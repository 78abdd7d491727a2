namespace Platform.Quantization.Nf4;

/// <summary>The 8-bit dynamic maps: 256 values in (-1, 1], or in [0, 1], whose spacing grows with their magnitude.</summary>
/// <remarks>
/// For each exponent i = 0..6: the midpoints of 2^i equal parts of [0.1, 1], times ±10^(i-6); and 0 and 1. Unsigned: of 2^(i+1) equal parts, times 10^(i-6).
/// Dettmers: "8-Bit Approximations for Parallelism in Deep Learning", 2016, section 2.2; Dettmers et al.: "8-bit Optimizers
/// via Block-wise Quantization", 2022, section 1.3.
/// Differs from the paper: the fraction is linear between 0.1 and 1 as in the library, float32 arithmetic step by step.
/// </remarks>
public static class DynamicMap
{
    private const int Exponents = 7;

    private static readonly float[] Sorted = Create(signed: true);
    private static readonly float[] SortedUnsigned = Create(signed: false);
    private static readonly float[] Midpoints = [.. Sorted.Zip(Sorted.Skip(1), (low, high) => (low + high) / 2)];

    /// <summary>The value of each code, ascending.</summary>
    public static ReadOnlySpan<float> Values => Sorted;

    /// <summary>The same of the unsigned map, for what is never negative.</summary>
    public static ReadOnlySpan<float> UnsignedValues => SortedUnsigned;

    /// <summary>The code nearest to <paramref name="value"/>; exactly between two values, the smaller one.</summary>
    public static byte Nearest(float value)
    {
        var (low, high) = (0, Midpoints.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (value > Midpoints[middle]) low = middle + 1;
            else high = middle;
        }

        return (byte)low;
    }

    private static float[] Create(bool signed)
    {
        List<float> values = [0, 1];
        for (var exponent = 0; exponent < Exponents; exponent++)
        {
            var scale = (float)Math.Pow(10, exponent - (Exponents - 1));
            var bounds = Linear(0.1f, 1, (1 << (signed ? exponent : exponent + 1)) + 1);
            for (var part = 0; part + 1 < bounds.Length; part++)
            {
                var mean = (bounds[part] + bounds[part + 1]) / 2;
                values.Add(scale * mean);
                if (signed) values.Add(-scale * mean);
            }
        }

        values.Sort();
        return [.. values];
    }

    /// <summary>Evenly spaced values as torch.linspace computes them: from both ends towards the middle, each with one rounding.</summary>
    private static float[] Linear(float start, float end, int count)
    {
        var step = (end - start) / (count - 1);
        return [.. Enumerable.Range(0, count).Select(i => i < count / 2 ? MathF.FusedMultiplyAdd(step, i, start) : MathF.FusedMultiplyAdd(-step, count - 1 - i, end))];
    }
}
