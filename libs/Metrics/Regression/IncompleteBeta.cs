namespace Platform.Metrics.Regression;

/// <summary>
/// I_x(a, b), the regularized incomplete beta function, by Lentz' continued fraction (DLMF 8.17.22) with Lanczos' ln Γ (g = 7, n = 9).
/// Differs from the source: the fraction is taken of I_{1−x}(b, a) where that converges faster.
/// </summary>
public static class IncompleteBeta
{
    private const int LongestFraction = 10_000;
    private const double Smallest = 1e-300;
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    /// <param name="x">In 0..1.</param>
    public static double Regularized(double a, double b, double x)
    {
        if (!(a > 0) || !(b > 0) || x is not (>= 0 and <= 1)) throw new ArgumentException($"I_x(a, b) of a = {a}, b = {b}, x = {x}; expected a and b above 0 and x in 0..1.");
        if (x is 0 or 1) return x;
        if (x > (a + 1) / (a + b + 2)) return 1 - Regularized(b, a, 1 - x);
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x))) / a;
        return front / Fraction(a, b, x);
    }

    // 1 + d1/(1 + d2/(1 + ...)), even and odd d differ
    private static double Fraction(double a, double b, double x)
    {
        double value = 1, c = 1, d = 0;
        for (var i = 1; i <= LongestFraction; i++)
        {
            var m = i / 2;
            var term = i % 2 == 0 ? m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m))) : -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (term * d));
            c = NotZero(1 + (term / c));
            value *= c * d;
            if (Math.Abs((c * d) - 1) < 1e-15) break;
        }

        return value;
    }

    private static double NotZero(double value) => Math.Abs(value) < Smallest ? Smallest : value;

    private static double LogGamma(double z)
    {
        if (z < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * z)) - LogGamma(1 - z);
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++) sum += Lanczos[i] / (z - 1 + i);
        var t = z - 1 + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((z - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
