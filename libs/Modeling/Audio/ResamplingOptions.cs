namespace Platform.Modeling.Audio;

/// <summary>The low-pass filter of <see cref="Resampler"/>.</summary>
public sealed record ResamplingOptions
{
    /// <summary>torchaudio's defaults: <c>sinc_interp_hann</c>.</summary>
    public static readonly ResamplingOptions Hann = new();

    /// <summary>A long filter with a steep edge, torchaudio's <c>sinc_interp_kaiser</c> with the settings known as "kaiser_best".</summary>
    public static readonly ResamplingOptions KaiserBest = new() { ZeroCrossings = 64, RollOff = 0.9475937167399596, KaiserBeta = 14.769656459379492 };

    /// <summary>How far the filter reaches to each side; at least 1.</summary>
    public int ZeroCrossings { get; init; } = 6;

    /// <summary>The filter's edge as a share of the lower rate's band, in (0, 1].</summary>
    public double RollOff { get; init; } = 0.99;

    /// <summary>The β of a Kaiser window; null: a Hann window.</summary>
    public double? KaiserBeta { get; init; }

    internal float Window(float place) // in [-1, 1]
    {
        if (KaiserBeta is { } beta) return (float)(Bessel((float)beta * MathF.Sqrt(1 - (place * place))) / Bessel(beta));
        var cosine = MathF.Cos(place * MathF.PI / 2);
        return cosine * cosine;
    }

    /// <summary>I₀(x) = Σ ((x/2)ᵏ / k!)²</summary>
    private static double Bessel(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= x / 2 / k * (x / 2 / k);
            sum += term;
        }

        return sum;
    }
}
