using System.Runtime.InteropServices;
using Platform.Quantization.Calibration;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>The upper Cholesky factor of the inverse of a damped Hessian.</summary>
/// <remarks>
/// U with UᵀU = (H + λI)⁻¹, λ = damping · mean(diag H).
/// Frantar et al.: "GPTQ", 2022, section 3.3, step 3. Differs from the paper: none.
/// </remarks>
internal static class InverseCholesky
{
    /// <returns>[n, n]; the caller disposes it.</returns>
    /// <exception cref="CalibrationException">The Hessian is not positive definite even when damped.</exception>
    public static Tensor Of(Tensor hessian, double damping)
    {
        using var scope = NewDisposeScope();
        var lambda = hessian.diagonal().mean().mul(damping);
        try
        {
            var lower = linalg.cholesky(hessian + lambda * eye(hessian.shape[0], dtype: hessian.dtype, device: hessian.device));
            var upper = linalg.cholesky(lower.cholesky_inverse()).t().contiguous();
            if (upper.isfinite().all().item<bool>()) return upper.MoveToOuterDisposeScope();
        }
        catch (ExternalException)
        {
            // Below: what libtorch says of matrices means nothing to who chose the data.
        }

        throw new CalibrationException($"the calibration inputs are too much alike: their Hessian is not positive definite with damp_percent {damping}. Give more or other samples, or a larger damp_percent.");
    }
}
