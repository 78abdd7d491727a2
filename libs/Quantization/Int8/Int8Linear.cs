using Platform.Quantization.Checkpoints;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Quantization.Int8;

/// <summary>A frozen linear layer in int8 with float16 outliers: LLM.int8().</summary>
/// <remarks>
/// See <see cref="MixedProduct"/> for the forward pass. Where a gradient must flow, y = x dequantize(W)ᵀ + b instead, with the exact
/// gradient of it, as bitsandbytes does while training on the CPU.
/// Differs from the paper: see <see cref="MixedProduct"/>.
/// </remarks>
public sealed class Int8Linear : QuantizedLinear
{
    [ComponentName(Name = "codes")] private readonly Tensor _codes;   // int8 [out, in]
    [ComponentName(Name = "scales")] private readonly Tensor _scales; // float32 [out]

    /// <param name="weight">[out, in]; the layer takes it over.</param>
    /// <param name="bias">[out], or null; frozen.</param>
    /// <param name="threshold">From which magnitude on an input is an outlier; 0 for none.</param>
    public Int8Linear(RowwiseInt8 weight, Tensor? bias, double threshold = Int8Format.DefaultThreshold)
        : base(weight.Codes.shape[1], weight.Codes.shape[0], bias)
    {
        _codes = weight.Codes.DetachFromDisposeScope();
        _scales = weight.Scales.DetachFromDisposeScope();
        Threshold = threshold;
        RegisterComponents();
    }

    public double Threshold { get; }

    /// <summary>The weight; it belongs to the layer.</summary>
    public RowwiseInt8 Quantized => new(_codes, _scales);

    public override IWeightFormat Format => new Int8Format { Threshold = Threshold };

    /// <summary>One row's outlier takes its column out of the int8 product of all.</summary>
    public override bool MixesRows => Threshold > 0;

    /// <summary>A copy of the weight [out, in] in float32.</summary>
    public override Tensor Dequantized() => Quantized.Dequantize();

    /// <summary>Quantizes <paramref name="weight"/> in place of the present one.</summary>
    public override void SetWeight(Tensor weight)
    {
        using var noGradients = no_grad();
        using var quantized = RowwiseInt8.Quantize(weight);
        _codes.copy_(quantized.Codes);
        _scales.copy_(quantized.Scales);
    }

    public override IEnumerable<(string Name, Tensor Tensor)> StoredTensors() => Int8Tensors.Of(Quantized);

    public override Tensor forward(Tensor x) // [..., in] -> [..., out]
    {
        if (training || (is_grad_enabled() && x.requires_grad)) return base.forward(x);
        using var noGradients = no_grad();
        using var rows = x.reshape(-1, InFeatures);
        using var y = MixedProduct.Of(rows, Quantized, Bias, Threshold);
        return y.reshape([.. x.shape[..^1], OutFeatures]);
    }
}
