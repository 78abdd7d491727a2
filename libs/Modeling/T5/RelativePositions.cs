using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>
/// The bucket of the distance from a query to a key (Raffel et al., 2020): half of the buckets for one distance each, the other
/// half growing with its logarithm up to the greatest distance. An encoder has one such row for each direction.
/// Differs from the paper: none. The logarithm is taken in float32, as its published code does, since rounding decides the borders.
/// </summary>
internal static class RelativePositions
{
    /// <param name="begin">the first query's position; keys begin at 0</param>
    /// <param name="bothSides">keys after the query have buckets of their own; else they share that of distance 0</param>
    /// <returns>int64 [queries, keys]</returns>
    public static Tensor Buckets(long begin, long queries, long keys, bool bothSides, long buckets, long maxDistance, Device device)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var query = arange(begin, begin + queries, ScalarType.Int64, device).unsqueeze(-1);
        var offset = arange(0, keys, ScalarType.Int64, device) - query; // [queries, keys]
        if (bothSides) buckets /= 2;
        var distance = bothSides ? offset.abs() : offset.neg().clamp_min(0);

        var exact = buckets / 2;
        var growing = (distance.to(ScalarType.Float32) / exact).log() / Math.Log((double)maxDistance / exact) * (buckets - exact);
        // Near distances have a logarithm below 0, at worst -∞, which no integer is; they are not taken from here.
        var far = growing.clamp_min(0).to(ScalarType.Int64).add(exact).clamp_max(buckets - 1);
        var bucket = where(distance.lt(exact), distance, far);
        return (bothSides ? bucket + offset.gt(0).to(ScalarType.Int64) * buckets : bucket).MoveToOuterDisposeScope();
    }
}
