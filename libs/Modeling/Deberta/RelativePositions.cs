using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Deberta;

/// <summary>
/// δ(i, j) = i − j, from half of the buckets on shared by distances on a logarithmic scale (He et al., 2021, §3; DeBERTa-v2).
/// </summary>
internal static class RelativePositions
{
    /// <returns>int64 [positions, positions], each within ±(span − 1) where there are buckets</returns>
    public static Tensor Of(long positions, long? buckets, long longest, Device device)
    {
        using var scope = NewDisposeScope();
        var places = arange(positions, ScalarType.Int64, device);
        var distance = places.unsqueeze(1) - places;
        return (buckets is { } count ? Bucketed(distance, count, longest) : distance).MoveToOuterDisposeScope();
    }

    // In float32, step by step as transformers does it: the ceiling turns rounding into another bucket.
    private static Tensor Bucketed(Tensor distance, long buckets, long longest)
    {
        var middle = buckets / 2;
        var near = distance.lt(middle).logical_and(distance.gt(-middle));
        var size = distance.abs().masked_fill(near, middle - 1);
        var range = tensor((float)((longest - 1) / (double)middle), dtype: ScalarType.Float32, device: distance.device).log();
        var logarithmic = (size.to(ScalarType.Float32).div(middle).log() / range * (middle - 1)).ceil() + middle;
        return where(size.le(middle), distance.to(ScalarType.Float32), logarithmic * distance.sign()).to(ScalarType.Int64);
    }
}
