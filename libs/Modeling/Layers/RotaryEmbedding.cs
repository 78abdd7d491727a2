using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The cos and sin of one forward pass: [batch or 1, 1, positions, width / 2].</summary>
/// <param name="Interleaved">Whether dimension 2 i is paired with 2 i + 1, and not i with i + width / 2.</param>
public sealed record RotaryAngles(Tensor Cos, Tensor Sin, bool Interleaved = false) : IDisposable
{
    private (Tensor Cos, Tensor Sin)? _whole;

    /// <summary>For all rotated dimensions, [batch or 1, 1, positions, width]: cos of both halves, and sin, negative in the first.</summary>
    internal (Tensor Cos, Tensor Sin) Whole => _whole ??= Doubled();

    private (Tensor Cos, Tensor Sin) Doubled()
    {
        using var negative = Sin.neg();
        return (cat([Cos, Cos], -1).DetachFromDisposeScope(), cat([negative, Sin], -1).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
        _whole?.Cos.Dispose();
        _whole?.Sin.Dispose();
    }
}

/// <summary>Rotates the first dimensions of queries and keys by their positions.</summary>
public static class RotaryEmbedding
{
    /// <param name="width">the rotated dimensions</param>
    /// <param name="positions">[batch or 1, positions], integers</param>
    /// <param name="dtype">the type of the hidden states; the angles are computed in float32</param>
    public static RotaryAngles Angles(RotaryOptions options, int width, Tensor positions, ScalarType dtype)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var length = options.DependsOnLength ? positions.max().ToInt64() + 1 : 0;
        var (frequencies, scale) = RotaryFrequencies.Of(options, width, length);

        var perPosition = tensor(frequencies, dtype: ScalarType.Float32, device: positions.device);
        var angles = positions.to(ScalarType.Float32).unsqueeze(-1).mul(perPosition).unsqueeze(1); // [batch, 1, positions, width / 2]
        return new RotaryAngles(
            angles.cos().mul(scale).to(dtype).DetachFromDisposeScope(),
            angles.sin().mul(scale).to(dtype).DetachFromDisposeScope(),
            options.Interleaved);
    }

    /// <summary>Works on both members of all pairs, so nothing is rotated by copying: (a, b) -> (a cos - b sin, b cos + a sin).</summary>
    /// <param name="x">[batch, heads, positions, width]; dimensions beyond the angles' stay as they are</param>
    public static Tensor Apply(Tensor x, RotaryAngles angles)
    {
        var half = angles.Cos.shape[^1];
        if (!angles.Interleaved && x.shape[2] == 1 && x.shape[3] == 2 * half && !is_grad_enabled()) return OnePosition(x, angles.Whole, half);

        using var a = angles.Interleaved ? x.slice(-1, 0, 2 * half, 2) : x.narrow(-1, 0, half);
        using var b = angles.Interleaved ? x.slice(-1, 1, 2 * half, 2) : x.narrow(-1, half, half);
        using var aCos = a.mul(angles.Cos);
        using var bCos = b.mul(angles.Cos);
        using var first = aCos.addcmul(b, angles.Sin, -1);
        using var second = bCos.addcmul(a, angles.Sin, 1);
        using var pairs = angles.Interleaved ? stack([first, second], -1) : null;
        using var rotated = pairs?.flatten(-2);
        if (x.shape[^1] == 2 * half) return rotated?.alias() ?? cat([first, second], -1);

        using var rest = x.narrow(-1, 2 * half, x.shape[^1] - 2 * half);
        return rotated is null ? cat([first, second, rest], -1) : cat([rotated, rest], -1);
    }

    /// <summary>In a step of generation the number of operators counts, not what they copy.</summary>
    private static Tensor OnePosition(Tensor x, (Tensor Cos, Tensor Sin) whole, long half)
    {
        using var swapped = x.roll(half, -1);
        return x.mul(whole.Cos).addcmul_(swapped, whole.Sin, 1);
    }
}
