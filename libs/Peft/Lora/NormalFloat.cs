using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>Rounds a weight to k bits whose values lie as those of a normal distribution, in blocks that have a scale each.</summary>
/// <remarks>
/// A block of 64 numbers is divided by its largest magnitude, each number becomes the nearest of 2ᵏ values, and is multiplied back. The values are
/// quantiles of the normal distribution between 1 − p and p, p = 0.9677083, scaled to ±1: 2ᵏ⁻¹ − 1 below zero, zero, 2ᵏ⁻¹ above.
/// Dettmers, Pagnoni, Holtzman, Zettlemoyer: "QLoRA", 2023, equation 4; Li et al.: "LoftQ", 2023, section 3. Differs from the papers: nothing is packed, the
/// weight stays as wide as it was. With k = 4 the values are those of NF4 up to 1e-6.
/// </remarks>
public static class NormalFloat
{
    private const int BlockSize = 64;
    private const double Outermost = 0.9677083;

    /// <param name="weight">float32, any shape</param>
    /// <param name="bits">2 to 8</param>
    /// <returns>the rounded weight, of the same shape</returns>
    public static Tensor Round(Tensor weight, int bits)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var values = Values(bits).to(weight.device);                                   // [2ᵏ]
        var between = values.narrow(0, 1, values.shape[0] - 1).add(values.narrow(0, 0, values.shape[0] - 1)).div(2);
        var flat = weight.flatten();
        var missing = (BlockSize - (flat.shape[0] % BlockSize)) % BlockSize;
        var blocks = cat([flat, zeros(missing, flat.dtype, flat.device)]).view(-1, BlockSize);
        var scales = blocks.abs().amax([1L], keepdim: true);                           // [blocks, 1]
        var codes = bucketize(blocks.div(scales.clamp_min(float.Epsilon)), between);   // of two as near the lower
        var rounded = values.index_select(0, codes.flatten()).view_as(blocks).mul(scales);
        return rounded.flatten().narrow(0, 0, flat.shape[0]).view(weight.shape).clone().MoveToOuterDisposeScope();
    }

    /// <summary>The values a number can have, in float32, from -1 to 1.</summary>
    public static Tensor Values(int bits)
    {
        using var scope = NewDisposeScope();
        var half = 1 << (bits - 1);
        var above = Quantiles(half);
        var below = Quantiles(half - 1).neg();
        var all = cat([above, zeros(1, ScalarType.Float64), below]).sort().Values;
        return all.div(all.max()).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    // From p down to the middle, which is left out: √2 erf⁻¹(2q − 1).
    private static Tensor Quantiles(int count) =>
        linspace(Outermost, 0.5, count + 1, ScalarType.Float64).narrow(0, 0, count).mul(2).sub(1).erfinv().mul(Math.Sqrt(2));
}
