using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The cos and sin of one forward pass: [batch or 1, 1, positions, width / 2].</summary>
public sealed record RotaryAngles(Tensor Cos, Tensor Sin) : IDisposable
{
    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}

/// <summary>Rotates queries and keys by their positions; dimension i is paired with i + width / 2.</summary>
public static class RotaryEmbedding
{
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
            angles.sin().mul(scale).to(dtype).DetachFromDisposeScope());
    }

    /// <summary>Works on halves, so nothing is rotated by copying: (a, b) -> (a cos - b sin, b cos + a sin).</summary>
    /// <param name="x">[batch, heads, positions, width]</param>
    public static Tensor Apply(Tensor x, RotaryAngles angles)
    {
        var half = x.shape[^1] / 2;
        using var a = x.narrow(-1, 0, half);
        using var b = x.narrow(-1, half, half);
        using var aCos = a.mul(angles.Cos);
        using var bCos = b.mul(angles.Cos);
        using var first = aCos.addcmul(b, angles.Sin, -1);
        using var second = bCos.addcmul(a, angles.Sin, 1);
        return cat([first, second], -1);
    }
}
