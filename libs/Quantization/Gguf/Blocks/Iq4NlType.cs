namespace Platform.Quantization.Gguf.Blocks;

/// <summary>Four bits on an uneven grid: x ≈ d k_q, 32 numbers a block; d leaves the least error weighted by x².</summary>
internal sealed class Iq4NlType() : GgufType("IQ4_NL", 20, 25, 32, 18)
{
    private const int Tries = 7;
    private const float Nothing = 1e-15f;

    private static readonly sbyte[] Grid = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    protected override void QuantizeBlock(ReadOnlySpan<float> values, Span<byte> block)
    {
        var extreme = 0f;
        foreach (var value in values)
            if (Math.Abs(value) > Math.Abs(extreme)) extreme = value;
        var scale = Math.Abs(extreme) < Nothing ? 0 : Fit(values, extreme);
        WriteHalf(block, 0, scale);
        Span<byte> integers = stackalloc byte[values.Length];
        for (var i = 0; i < values.Length; i++) integers[i] = Nearest(scale == 0 ? 0 : 1 / scale * values[i]);
        NibbleLayout.Write(integers, block[2..], 4);
    }

    protected override void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = ReadHalf(block, 0);
        Span<byte> integers = stackalloc byte[values.Length];
        NibbleLayout.Read(block[2..], integers, 4);
        for (var i = 0; i < values.Length; i++) values[i] = scale * Grid[integers[i]];
    }

    private static float Fit(ReadOnlySpan<float> values, float extreme)
    {
        var (scale, best) = (0f, -1f);
        for (var i = -Tries - 1; i <= Tries; i++)
        {
            // First the largest number at the grid's end, its sign turned as ggml does, then ends that lie close by.
            var inverse = i < -Tries ? -Grid[0] / extreme : (i + Grid[0]) / extreme;
            var (product, square) = (0f, 0f);
            foreach (var value in values)
            {
                var (step, weight) = ((float)Grid[Nearest(inverse * value)], value * value);
                product += weight * step * value;
                square += weight * step * step;
            }

            if (square <= 0 || (best >= 0 && product * product <= best * square)) continue;
            scale = product / square;
            best = scale * product;
        }

        return scale;
    }

    private static byte Nearest(float value)
    {
        var upper = 1;
        while (upper < Grid.Length - 1 && value >= Grid[upper]) upper++;
        return (byte)(value - Grid[upper - 1] < Grid[upper] - value ? upper - 1 : upper);
    }
}
