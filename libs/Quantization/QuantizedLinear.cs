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
    public override Parameter Weight => throw new NotSupportedException("The weight of a quantized layer is not a parameter; dequantize it, change the copy, quantize that.");

    /// <summary>A copy of the weight [out, in]; the caller disposes it.</summary>
    public abstract Tensor Dequantized();

    public override Tensor WeightValues() => Dequantized();

    /// <summary>What a file holds instead of the weight: the names behind the layer's path, and tensors that the caller disposes.</summary>
    public abstract IEnumerable<(string Name, Tensor Tensor)> StoredTensors();

    public override Tensor forward(Tensor x) // [..., in] -> [..., out]
    {
        using var stored = Dequantized();
        using var weight = stored.to(x.dtype, x.device);
        return nn.functional.linear(x, weight, Bias);
    }
}
