using Platform.Modeling.Layers;
using Platform.Quantization.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Quantization.Nf4;

/// <summary>A frozen linear layer whose weight is held in four bits and dequantized for each pass.</summary>
/// <remarks>
/// y = x dequantize(W)ᵀ + b.
/// Dettmers et al.: "QLoRA", 2023, equations 5 and 6.
/// Differs from the paper: the products are computed in the type of x and not always in bfloat16, as bitsandbytes does with the
/// compute type of its configuration.
/// </remarks>
public sealed class Nf4Linear : QuantizedLinear
{
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null; frozen.</param>
    public Nf4Linear(QuantizedWeight weight, Tensor? bias)
        : base(weight.Shape[1], weight.Shape[0], bias)
    {
        Quantized = weight;
        RegisterComponents();
    }

    public QuantizedWeight Quantized { get; private set; }

    public override IWeightFormat Format => new Nf4Format(Options);

    private Nf4Options Options => new() { QuantType = Quantized.Codebook.Name, BlockSize = Quantized.BlockSize, DoubleQuantization = Quantized.Nested is not null };

    /// <summary>A copy of the weight [out, in] in the type it had before it was quantized.</summary>
    public override Tensor Dequantized() => Nf4Quantizer.Dequantize(Quantized);

    public override IEnumerable<(string Name, Tensor Tensor)> StoredTensors() => FourBitTensors.Of(Quantized);

    /// <summary>Quantizes <paramref name="weight"/> in place of the present one, with the same codebook and block size.</summary>
    public override void SetWeight(Tensor weight)
    {
        using var typed = weight.to_type(Nf4Quantizer.DtypeOf(Quantized.Dtype));
        Quantized = Nf4Quantizer.Quantize(typed, Options);
    }

    public override WeightCopy Copy() => new QuantizedCopy(this);

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
