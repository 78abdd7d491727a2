using Platform.Quantization.Calibration;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>The second derivative of a linear layer's squared output error, summed over calibration inputs.</summary>
/// <remarks>
/// H = 2/n Σ XᵀX over n samples.
/// Frantar et al.: "GPTQ", 2022, section 3.1; Frantar, Alistarh: "Optimal Brain Compression", 2022.
/// Differs from the paper: it is divided by the number of samples, as in the published code; only its direction matters.
/// </remarks>
public sealed class HessianAccumulator(long inFeatures, Device device) : IDisposable
{
    private readonly Tensor _sum = zeros([inFeatures, inFeatures], ScalarType.Float32, device).DetachFromDisposeScope();

    public long Samples { get; private set; }

    /// <param name="inputs">[tokens, in], one sample, or [samples, tokens, in].</param>
    public void Add(Tensor inputs)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Samples += inputs.dim() > 2 ? inputs.shape[0] : 1;
        var rows = inputs.detach().reshape(-1, inputs.shape[^1]).to_type(ScalarType.Float32);
        _sum.add_(rows.t().matmul(rows));
    }

    /// <summary>H, [in, in]; the caller disposes it.</summary>
    /// <exception cref="CalibrationException">Nothing was added.</exception>
    public Tensor Hessian() => Samples > 0 ? _sum.mul(2.0 / Samples) : throw new CalibrationException("no calibration input reached the layer.");

    public void Dispose() => _sum.Dispose();
}
