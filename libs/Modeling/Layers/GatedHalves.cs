using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The middle of a gated layer whose two projections are one: act(first half) ⊙ second half.</summary>
internal static class GatedHalves
{
    /// <param name="both">[..., 2 * width]</param>
    /// <returns>[..., width]</returns>
    public static Tensor Multiply(Tensor both, Func<Tensor, Tensor> activation)
    {
        var width = both.shape[^1] / 2;
        using var gate = both.narrow(-1, 0, width);
        using var up = both.narrow(-1, width, width);
        using var active = activation(gate);
        return active.mul(up);
    }
}
