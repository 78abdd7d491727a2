using static TorchSharp.torch;

namespace Platform.Quantization.Grouped;

/// <summary>Scale and zero point of a group of weights.</summary>
/// <remarks>
/// lo = min(w, 0), hi = max(w, 0); s = (hi - lo) / (2^b - 1), z = round(-lo / s). Symmetric: hi = max|w|, lo = -hi where a weight is
/// negative, z = 2^(b-1). q = clamp(round(w / s) + z, 0, 2^b - 1), halves to even.
/// Frantar, Ashkboos, Hoefler, Alistarh: "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2022,
/// section 4 (the grid). Differs from the paper: none; a group of zeros gets the range [-1, 1], as in the published code.
/// </remarks>
/// <param name="Scale">s.</param>
/// <param name="Zero">z.</param>
internal readonly record struct IntegerRange(float Scale, float Zero)
{
    public static IntegerRange Of(ReadOnlySpan<float> weights, int bits, bool symmetric)
    {
        var (low, high) = (0f, 0f);
        foreach (var weight in weights) (low, high) = (Math.Min(low, weight), Math.Max(high, weight));
        if (symmetric)
        {
            high = Math.Max(-low, high);
            if (low < 0) low = -high;
        }

        if (low == 0 && high == 0) (low, high) = (-1, 1);
        var levels = (1 << bits) - 1;
        var scale = (high - low) / levels;
        return new IntegerRange(scale, symmetric ? (levels + 1) / 2 : MathF.Round(-low / scale));
    }

    public float Quantize(float weight, int levels) => Math.Clamp(MathF.Round(weight / Scale) + Zero, 0, levels);

    public float Dequantize(float value) => Scale * (value - Zero);
}
