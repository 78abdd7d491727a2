using static TorchSharp.torch;

namespace Platform.Peft.Rotations;

/// <summary>Rotations from skew-symmetric matrices Q, which are free to train.</summary>
/// <remarks>
/// R = (I − Q)(I + Q)⁻¹. Cayley, 1846; Qiu et al.: "Controlling Text-to-Image Diffusion by Orthogonal Finetuning", 2023, section 3.
/// Without an inverse: R ≈ I + 2Q + 2Q² + … + 2Qᵏ⁻¹ + Qᵏ, a Neumann series, orthogonal only for small Q;
/// Qiu et al.: "Orthogonal Finetuning Made Scalable", 2025, section 4.2.
/// Differs from the paper: as in PEFT, the series is that of (I + Q)(I − Q)⁻¹, so the same Q turns the other way; its last term is
/// counted once.
/// </remarks>
internal static class CayleyTransform
{
    public static Tensor Exact(Tensor skew) // [blocks, size, size]
    {
        using var identity = eye(skew.shape[^1], dtype: skew.dtype, device: skew.device);
        using var sum = identity.add(skew);
        using var difference = identity.sub(skew);
        return linalg.solve(sum, difference); // the two commute
    }

    /// <param name="terms">how many terms: 1 is the identity; 3 and 4 are the same</param>
    public static Tensor Series(Tensor skew, int terms)
    {
        var size = skew.shape[^1];
        using var identity = eye(size, dtype: skew.dtype, device: skew.device);
        using var scope = NewDisposeScope();
        var sum = identity.expand(skew.shape[0], size, size);
        if (terms > 1) sum = sum.add(skew, 2);
        if (terms <= 2) return sum.MoveToOuterDisposeScope();

        var power = skew.matmul(skew);
        sum = sum.add(power, 2);
        for (var exponent = 3; exponent < terms - 1; exponent++)
        {
            power = power.matmul(skew);
            sum = sum.add(power, 2);
        }

        return sum.add(power.matmul(skew)).MoveToOuterDisposeScope();
    }
}
