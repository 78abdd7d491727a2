using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// Attention with linear biases (Press et al., 2022): head h adds m(h) · j to the scores of key j. Differs from the paper: the distance
/// i − j is replaced by −j, which is the same up to a constant per query that the softmax does not see.
/// </summary>
public static class Alibi
{
    /// <summary>The slope of each head: a geometric sequence for a power of two, with every other one of the next in between for the rest.</summary>
    public static double[] Slopes(long heads)
    {
        var whole = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)heads + 1) / 2;
        return [.. Sequence(whole, 1).Take((int)whole), .. Sequence(2 * whole, 2).Take((int)(heads - whole))];
    }

    /// <summary>What each head adds to the scores of each key. Padding does not count as a position.</summary>
    /// <param name="attentionMask">[batch, keys], 1 for real tokens; null: all are</param>
    /// <returns>[batch or 1, heads, 1, keys]</returns>
    public static Tensor Bias(long heads, long keys, Tensor? attentionMask, ScalarType dtype, Device device)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var mask = attentionMask?.to(device).ne(0).to(ScalarType.Int64);
        var positions = mask is null ? arange(keys, ScalarType.Int64, device).unsqueeze(0) : (mask.cumsum(-1) - 1) * mask; // [batch or 1, keys]
        var slopes = tensor(Slopes(heads), dtype: ScalarType.Float32, device: device).view(1, -1, 1, 1);
        return (slopes * positions.unsqueeze(1).unsqueeze(1)).to(dtype).MoveToOuterDisposeScope();
    }

    private static IEnumerable<double> Sequence(long length, int step)
    {
        var first = Math.Pow(2, -8.0 / length);
        for (var power = 1; ; power += step) yield return Math.Pow(first, power);
    }
}
