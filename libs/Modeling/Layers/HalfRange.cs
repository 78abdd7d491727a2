using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Keeps float16 hidden states of deep residual stacks from overflowing, as transformers does.</summary>
internal static class HalfRange
{
    /// <summary>The greatest float16, and what the next layer may add.</summary>
    private const double Limit = 65504 - 1000;

    /// <param name="x">taken over; other types are returned as they are</param>
    public static Tensor Clamp(Tensor x)
    {
        if (x.dtype != ScalarType.Float16) return x;
        using (x) return x.clamp(-Limit, Limit);
    }
}
