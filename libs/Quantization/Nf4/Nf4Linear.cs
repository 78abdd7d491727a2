using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Quantization.Nf4;

/// <summary>A frozen linear layer whose weight is held in four bits and dequantized for each pass.</summary>
/// <remarks>
/// y = x dequantize(W)ᵀ + b.
/// Dettmers et al.: "QLoRA", 2023, equations 5 and 6.
/// Differs from the paper: the products are computed in the type of x and not always in bfloat16, as bitsandbytes does with the
/// compute type of its configuration. The gradient flows to x only.
/// </remarks>
public sealed class Nf4Linear : Linear
{
    [ComponentName(Name = "bias")] private readonly Parameter? _ownBias;

    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null; frozen.</param>
    public Nf4Linear(QuantizedWeight weight, Tensor? bias)
        : base(weight.Shape[1], weight.Shape[0])
    {
        Quantized = weight;
        _ownBias = bias is null ? null : new Parameter(bias.detach().clone(), requires_grad: false);
        RegisterComponents();
    }

    public QuantizedWeight Quantized { get; private set; }

    /// <summary>There is no weight to change; use <see cref="Dequantized"/> and <see cref="SetWeight"/>.</summary>
    public override Parameter Weight => throw new NotSupportedException("The weight of a 4-bit layer is not a parameter; dequantize it, change the copy, quantize that.");

    public override Parameter? Bias => _ownBias;

    /// <summary>A copy of the weight [out, in] in the type it had before it was quantized.</summary>
    public Tensor Dequantized() => Nf4Quantizer.Dequantize(Quantized);

    public override Tensor WeightValues() => Dequantized();

    /// <summary>Quantizes <paramref name="weight"/> in place of the present one, with the same codebook and block size.</summary>
    public override void SetWeight(Tensor weight)
    {
        using var typed = weight.to_type(Nf4Quantizer.DtypeOf(Quantized.Dtype));
        Quantized = Nf4Quantizer.Quantize(typed, new Nf4Options { QuantType = Quantized.Codebook.Name, BlockSize = Quantized.BlockSize, DoubleQuantization = Quantized.Nested is not null });
    }

    /// <summary>W becomes quantize(dequantize(W) + change).</summary>
    public override void AddToWeight(Tensor change)
    {
        using var noGradients = no_grad();
        using var stored = Dequantized();
        using var wide = stored.to(ScalarType.Float32, change.device);
        using var sum = wide.add(change);
        SetWeight(sum);
    }

    public override WeightCopy Copy() => new QuantizedCopy(this);

    public override Tensor forward(Tensor x) // [..., in] -> [..., out]
    {
        using var stored = Dequantized();
        using var weight = stored.to(x.dtype, x.device);
        return nn.functional.linear(x, weight, _ownBias);
    }

    private sealed class QuantizedCopy(Nf4Linear layer) : WeightCopy(layer.parameters())
    {
        private readonly QuantizedWeight _weight = layer.Quantized;

        public override void Restore()
        {
            base.Restore();
            layer.Quantized = _weight;
        }
    }
}
