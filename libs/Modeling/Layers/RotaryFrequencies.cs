namespace Platform.Modeling.Layers;

/// <summary>
/// The angle per position of each dimension pair (Su et al., 2021), and its stretching to longer inputs: linear (Chen et al., 2023),
/// dynamic NTK, YaRN (Peng et al., 2023), Llama 3's by wave length, LongRoPE (Ding et al., 2024).
/// Differs from the papers: where transformers differs (YaRN's borders, LongRoPE's attention factor), it is followed.
/// </summary>
public static class RotaryFrequencies
{
    /// <param name="width">the rotated dimensions, even</param>
    /// <param name="length">the largest position + 1; read only if <see cref="RotaryOptions.DependsOnLength"/></param>
    /// <returns>width / 2 frequencies, and the factor for cos and sin</returns>
    public static (double[] Frequencies, double Scale) Of(RotaryOptions options, int width, long length) => options.Kind switch
    {
        RotaryOptions.Default => (Plain(options.Theta, width), 1),
        RotaryOptions.Linear => ([.. Plain(options.Theta, width).Select(frequency => frequency / options.Factor)], 1),
        RotaryOptions.Dynamic => (Plain(DynamicTheta(options, width, length), width), 1),
        RotaryOptions.Llama3 => ([.. Plain(options.Theta, width).Select(frequency => ByWaveLength(options, frequency))], 1),
        RotaryOptions.Yarn => Yarn(options, width),
        RotaryOptions.LongRope => LongRope(options, width, length),
        _ => throw new ArgumentException($"rope_type is '{options.Kind}'; known are {string.Join(", ", RotaryOptions.Kinds)}."),
    };

    private static double[] Plain(double theta, int width) => [.. Enumerable.Range(0, width / 2).Select(i => Math.Pow(theta, -2.0 * i / width))];

    private static double DynamicTheta(RotaryOptions options, int width, long length)
    {
        var stretch = (double)Math.Max(length, options.OriginalMaxPositions) / options.OriginalMaxPositions;
        return options.Theta * Math.Pow(options.Factor * stretch - (options.Factor - 1), width / (width - 2.0));
    }

    private static double ByWaveLength(RotaryOptions options, double frequency)
    {
        var turns = options.OriginalMaxPositions * frequency / (2 * Math.PI);
        if (turns < options.LowFrequencyFactor) return frequency / options.Factor;
        if (turns > options.HighFrequencyFactor) return frequency;

        var smooth = (turns - options.LowFrequencyFactor) / (options.HighFrequencyFactor - options.LowFrequencyFactor);
        return (1 - smooth) * frequency / options.Factor + smooth * frequency;
    }

    private static (double[] Frequencies, double Scale) Yarn(RotaryOptions options, int width)
    {
        var (low, high) = (Border(options.BetaFast), Border(options.BetaSlow));
        if (options.Truncate) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, width - 1));
        if (low == high) high += 0.001; // no division by zero

        var frequencies = Plain(options.Theta, width);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var divided = Math.Clamp((i - low) / (high - low), 0, 1);
            frequencies[i] = divided * frequencies[i] / options.Factor + (1 - divided) * frequencies[i];
        }

        var scale = options is { MScale: > 0 and var part, MScaleAllDimensions: > 0 and var all }
            ? MScale(options.Factor, part) / MScale(options.Factor, all)
            : MScale(options.Factor, 1);
        return (frequencies, options.AttentionFactor ?? scale);

        // The dimension that turns so many times over the original length.
        double Border(double turns) => width * Math.Log(options.OriginalMaxPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(options.Theta));
    }

    private static double MScale(double factor, double mscale) => factor <= 1 ? 1 : 0.1 * mscale * Math.Log(factor) + 1;

    private static (double[] Frequencies, double Scale) LongRope(RotaryOptions options, int width, long length)
    {
        var divisors = (length > options.OriginalMaxPositions ? options.LongFactors : options.ShortFactors)
            ?? throw new ArgumentException("rope_type longrope needs short_factor and long_factor.");
        if (divisors.Length != width / 2) throw new ArgumentException($"longrope has {divisors.Length} factors; the rotated width {width} needs {width / 2}.");

        var scale = options.Factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(options.Factor) / Math.Log(options.OriginalMaxPositions));
        return ([.. Plain(options.Theta, width).Zip(divisors, (frequency, divisor) => frequency / divisor)], options.AttentionFactor ?? scale);
    }
}
