namespace Platform.Modeling.Audio;

/// <summary>
/// Windowed-sinc resampling (Smith, "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample/):
/// y[m] = Σₙ x[n] · c · sinc(b·(n/from - m/to)) · window(b·(n/from - m/to) / zeros), b = min(from, to) · roll-off, c = b / from.
/// Follows torchaudio.functional.resample, and so neither scipy.signal.resample_poly nor SoX.
/// Differs from torchaudio: the sums are in float64, and taps beyond the window, all zero, are not computed.
/// </summary>
public static class Resampler
{
    // 16 MB of filters. Rates without a common divisor have as many filters as the target has samples in a second.
    private const long MostKeptWeights = 1 << 22;

    private readonly record struct Filter(long First, float[] Weights);

    /// <returns>⌈samples · to / from⌉ samples</returns>
    /// <exception cref="ArgumentException">A rate is below 1, the options are wrong or the result would be too long.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int from, int to, ResamplingOptions? options = null)
    {
        options ??= ResamplingOptions.Hann;
        Check(from, to, options);
        if (from == to) return samples.ToArray();

        var divisor = GreatestCommonDivisor(from, to);
        var (step, phases) = (from / divisor, to / divisor);
        var count = ((long)samples.Length * phases + step - 1) / step;
        if (count > Array.MaxLength) throw new ArgumentException($"{samples.Length} samples at {from} Hz are {count} at {to} Hz; at most {Array.MaxLength} are possible.");

        var kept = (long)phases * 2 * options.ZeroCrossings * Math.Max(1, step / phases) <= MostKeptWeights ? new Filter?[phases] : null;
        var result = new float[count];
        for (var m = 0L; m < count; m++)
        {
            var phase = (int)(m % phases);
            var filter = kept is null ? FilterOf(phase, step, phases, options) : kept[phase] ??= FilterOf(phase, step, phases, options);
            result[m] = (float)Sum(samples, m / phases * step + filter.First, filter.Weights);
        }

        return result;
    }

    /// <summary>The weights of the outputs that lie phase / phases of a step behind an input.</summary>
    private static Filter FilterOf(int phase, int step, int phases, ResamplingOptions options)
    {
        var edge = Math.Min(step, phases) * options.RollOff;
        var center = (double)phase * step / phases;
        var reach = options.ZeroCrossings * step / edge;
        var (first, last) = ((long)Math.Ceiling(center - reach), (long)Math.Floor(center + reach));
        var weights = new float[last - first + 1];
        for (var i = 0; i < weights.Length; i++)
        {
            // In float32 and in this order, as torchaudio does: the rounding of t moves the filter by 1e-5.
            var t = ((-(float)phase / phases) + ((float)(first + i) / step)) * (float)edge;
            t = Math.Clamp(t, -options.ZeroCrossings, options.ZeroCrossings);
            var angle = t * MathF.PI;
            var sinc = t == 0 ? 1 : MathF.Sin(angle) / angle;
            weights[i] = sinc * (options.Window(t / options.ZeroCrossings) * (float)(edge / step));
        }

        return new Filter(first, weights);
    }

    /// <summary>Before and after the samples there is silence.</summary>
    private static double Sum(ReadOnlySpan<float> samples, long first, float[] weights)
    {
        var (begin, end) = (Math.Max(0, -first), Math.Min(weights.Length, samples.Length - first));
        var sum = 0.0;
        for (var i = begin; i < end; i++) sum += (double)samples[(int)(first + i)] * weights[i];
        return sum;
    }

    private static void Check(int from, int to, ResamplingOptions options)
    {
        List<string> problems = [];
        if (from < 1) problems.Add($"the sampling rate is {from}; it must be at least 1");
        if (to < 1) problems.Add($"the wanted sampling rate is {to}; it must be at least 1");
        if (options.ZeroCrossings < 1) problems.Add($"{nameof(options.ZeroCrossings)} is {options.ZeroCrossings}; it must be at least 1");
        if (!(options.RollOff is > 0 and <= 1)) problems.Add($"{nameof(options.RollOff)} is {options.RollOff}; it must lie in (0, 1]");
        if (problems.Count > 0) throw new ArgumentException($"The sound cannot be resampled: {string.Join("; ", problems)}.");
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
