namespace Platform.Quantization.Gguf.Blocks;

/// <summary>Searches for the scale of a block that leaves the least weighted squared error: the closed form for many roundings.</summary>
/// <remarks>
/// Symmetric: x ≈ s q, s = Σ w x q / Σ w q². With a minimum: x ≈ s q - m, s and m by weighted linear regression of x on q. Each is tried for
/// roundings q of slightly larger and smaller scales, and the best is kept. ggml's k-quants (Kawrakow, 2023). Differs from ggml: none.
/// </remarks>
internal static class ScaleFit
{
    private const float Nothing = 1e-15f;
    private const int Steps = 9;
    private const int Rounds = 5;

    /// <summary>Weights x². Integers from 0 to 2 · <paramref name="limit"/> - 1, of which <paramref name="limit"/> means zero.</summary>
    public static float Symmetric(ReadOnlySpan<float> values, int limit, Span<byte> integers)
    {
        integers.Clear();
        var extreme = Extreme(values);
        if (Math.Abs(extreme) < Nothing) return 0;
        var (scale, best) = (0f, -1f);
        for (var step = -Steps; step <= Steps; step++)
        {
            // The plain rounding first, then the others: of two equally good ones the first stays.
            var shift = step == -Steps ? 0 : step <= 0 ? step - 1 : step;
            var inverse = -(limit + (0.1f * shift)) / extreme;
            var (product, square) = (0f, 0f);
            foreach (var value in values)
            {
                var (integer, weight) = (Rounded(inverse * value, -limit, limit - 1), value * value);
                product += weight * value * integer;
                square += weight * integer * integer;
            }

            if (best >= 0 && (square <= 0 || product * product <= best * square)) continue;
            for (var i = 0; i < values.Length; i++) integers[i] = (byte)(Rounded(inverse * values[i], -limit, limit - 1) + limit);
            scale = square > 0 ? product / square : 0;
            best = scale * product;
        }

        return scale;
    }

    /// <summary>The same by changing one integer after the other while that lowers the error.</summary>
    public static float SymmetricByDescent(ReadOnlySpan<float> values, int limit)
    {
        var extreme = Extreme(values);
        if (Math.Abs(extreme) < Nothing) return 0;
        Span<int> integers = stackalloc int[values.Length];
        var (product, square) = (0f, 0f);
        for (var i = 0; i < values.Length; i++)
        {
            integers[i] = Rounded(-limit / extreme * values[i], -limit, limit - 1);
            var weight = values[i] * values[i];
            product += weight * values[i] * integers[i];
            square += weight * integers[i] * integers[i];
        }

        for (var (round, changed) = (0, true); round < Rounds && changed; round++)
        {
            changed = false;
            for (var i = 0; i < values.Length; i++)
            {
                var weight = values[i] * values[i];
                var (otherProduct, otherSquare) = (product - (weight * values[i] * integers[i]), square - (weight * integers[i] * integers[i]));
                if (otherProduct <= 0) continue;
                var integer = Rounded(values[i] * otherSquare / otherProduct, -limit, limit - 1);
                if (integer == integers[i]) continue;
                otherProduct += weight * values[i] * integer;
                otherSquare += weight * integer * integer;
                if (otherSquare <= 0 || otherProduct * otherProduct * square <= product * product * otherSquare) continue;
                (integers[i], product, square, changed) = (integer, otherProduct, otherSquare, true);
            }
        }

        return square > 0 ? product / square : 0;
    }

    /// <summary>Integers from 0 to <paramref name="levels"/>; the minimum is returned with its sign turned, so it is never negative.</summary>
    /// <param name="first">The smallest change of the number of levels that is tried.</param>
    /// <param name="steps">Changes that are tried, each 0.1 more.</param>
    /// <param name="absolute">Whether the error is the weighted absolute one.</param>
    public static (float Scale, float Minimum) WithMinimum(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int levels, Span<byte> integers, float first, int steps, bool absolute)
    {
        var (low, high, sumWeights, sumValues) = (values[0], values[0], 0f, 0f);
        for (var i = 0; i < values.Length; i++)
        {
            (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
            sumWeights += weights[i];
            sumValues += weights[i] * values[i];
        }

        low = Math.Min(low, 0);
        integers.Clear();
        if (high == low) return (0, -low);
        Span<byte> tried = stackalloc byte[values.Length];
        var (scale, minimum, range) = ((high - low) / levels, low, high - low);
        Round(values, levels / range, minimum, levels, integers);
        var best = Error(values, weights, integers, scale, minimum, absolute);
        for (var step = 0; step <= steps; step++)
        {
            Round(values, (first + (0.1f * step) + levels) / range, minimum, levels, tried);
            var (sum, square, product) = (0f, 0f, 0f);
            for (var i = 0; i < values.Length; i++)
            {
                sum += weights[i] * tried[i];
                square += weights[i] * tried[i] * tried[i];
                product += weights[i] * tried[i] * values[i];
            }

            var determinant = (sumWeights * square) - (sum * sum);
            if (determinant <= 0) continue;
            var (newScale, newMinimum) = (((sumWeights * product) - (sumValues * sum)) / determinant, ((square * sumValues) - (sum * product)) / determinant);
            if (newMinimum > 0) (newScale, newMinimum) = (product / square, 0);
            var error = Error(values, weights, tried, newScale, newMinimum, absolute);
            if (error >= best) continue;
            tried.CopyTo(integers);
            (best, scale, minimum) = (error, newScale, newMinimum);
            range = high - minimum;
        }

        return (scale, -minimum);
    }

    /// <summary>The nearest integer, halves to even, in a range.</summary>
    public static int Rounded(float value, int low, int high) => Math.Clamp((int)MathF.Round(value), low, high);

    private static void Round(ReadOnlySpan<float> values, float inverse, float minimum, int levels, Span<byte> integers)
    {
        for (var i = 0; i < values.Length; i++) integers[i] = (byte)Rounded(inverse * (values[i] - minimum), 0, levels);
    }

    private static float Error(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, ReadOnlySpan<byte> integers, float scale, float minimum, bool absolute)
    {
        var error = 0f;
        for (var i = 0; i < values.Length; i++)
        {
            var difference = (scale * integers[i]) + minimum - values[i];
            error += weights[i] * (absolute ? Math.Abs(difference) : difference * difference);
        }

        return error;
    }

    private static float Extreme(ReadOnlySpan<float> values)
    {
        var extreme = 0f;
        foreach (var value in values)
            if (Math.Abs(value) > Math.Abs(extreme)) extreme = value;
        return extreme;
    }
}
