using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Whisper;

/// <summary>
/// Position p as sin(p ωᵢ), then cos(p ωᵢ), with ωᵢ from 1 to 1/10000 in equal ratios (Vaswani et al., 2017).
/// Differs from the paper: sines and cosines stand in two halves and not in turn, and the last ratio is 1/10000 itself.
/// </summary>
internal static class Sinusoids
{
    private const double MaxTimescale = 10_000;

    /// <param name="table">[positions, width]</param>
    public static void Fill(Tensor table)
    {
        using var scope = NewDisposeScope();
        var half = table.shape[1] / 2;
        var frequencies = arange(0, half, ScalarType.Float32).mul(-Math.Log(MaxTimescale) / (half - 1)).exp();
        var angles = arange(0, table.shape[0], ScalarType.Float32).unsqueeze(1) * frequencies;
        table.copy_(cat([angles.sin(), angles.cos()], 1));
    }
}
