using Platform.Modeling.Layers;
using Platform.Quantization.Checkpoints;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Quantization;

/// <summary>A frozen linear layer that keeps its weight in few bits: a base for any adapter. The gradient flows to x only.</summary>
public abstract class QuantizedLinear : Linear
{
    /// <param name="bias">[out], or null; frozen.</param>
    protected QuantizedLinear(long inFeatures, long outFeatures, Tensor? bias)
        : base(inFeatures, outFeatures, bias)
    {
    }

    /// <summary>How a folder keeps such layers.</summary>
    public abstract IWeightFormat Format { get; }

    /// <summary>Whether a row's result depends on the other rows of the batch, padding among them.</summary>
    public virtual bool MixesRows => false;

    /// <summary>There is no weight to change.</summary>
    public override Parameter Weight => throw new NotSupportedException("The weight of a quantized layer is not a parameter; use WeightValues and SetWeight.");

    /// <summary>A copy of the weight [out, in]; the caller disposes it.</summary>
    public abstract Tensor Dequantized();

    public override Tensor WeightValues() => Dequantized();

    /// <summary>Quantizes <paramref name="weight"/> in place of the present one.</summary>
    /// <exception cref="NotSupportedException">The format needs more than the weight to quantize it.</exception>
    public override void SetWeight(Tensor weight) =>
        throw new NotSupportedException($"A {GetType().Name} cannot take another weight; merge adapters into the model before it is quantized.");

    /// <summary>W becomes quantize(dequantize(W) + change).</summary>
    public override void AddToWeight(Tensor change)
    {
        using var noGradients = no_grad();
        using var stored = Dequantized();
        using var wide = stored.to(ScalarType.Float32, change.device);
        using var sum = wide.add(change);
        SetWeight(sum);
    }

    /// <summary>What a file holds instead of the weight: the names behind the layer's path, and tensors that the caller disposes.</summary>
    public abstract IEnumerable<(string Name, Tensor Tensor)> StoredTensors();

    public override Tensor forward(Tensor x) // [..., in] -> [..., out]
    {
        using var stored = Dequantized();
        using var weight = stored.to(x.dtype, x.device);
        return nn.functional.linear(x, weight, Bias);
    }
}
