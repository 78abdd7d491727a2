using Platform.Quantization.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Quantization.Grouped;

/// <summary>A frozen linear layer whose weight is kept in groups of small integers: that of GPTQ's and AWQ's checkpoints.</summary>
/// <remarks>y = x (s ⊙ (q - z))ᵀ + b, the weight unpacked for each pass.</remarks>
public sealed class GroupedLinear : QuantizedLinear
{
    private IGroupedFormat _format;

    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null; frozen.</param>
    /// <param name="format">How files keep it.</param>
    public GroupedLinear(GroupedWeight weight, Tensor? bias, IGroupedFormat format)
        : base(weight.InFeatures, weight.OutFeatures, bias)
    {
        (Quantized, _format) = (weight, format);
        RegisterComponents();
    }

    public GroupedWeight Quantized { get; }

    public override IWeightFormat Format => _format;

    /// <summary>Lets files keep the layer in another format of the same integers.</summary>
    /// <exception cref="NotSupportedException">The format has no place for such a weight.</exception>
    public void KeepAs(IGroupedFormat format)
    {
        if (format.Obstacle(Quantized) is { } obstacle) throw new NotSupportedException(obstacle);
        _format = format;
    }

    /// <summary>A copy of the weight [out, in] in float32.</summary>
    public override Tensor Dequantized()
    {
        using var transposed = Quantized.DequantizeTransposed();
        return transposed.t();
    }

    public override IEnumerable<(string Name, Tensor Tensor)> StoredTensors() => _format.TensorsOf(Quantized);
}

/// <summary>A format of groups of integers.</summary>
public interface IGroupedFormat : IWeightFormat
{
    /// <summary>Why the format cannot hold a weight; null if it can.</summary>
    string? Obstacle(GroupedWeight weight);

    /// <summary>The tensors of a weight, by their names behind the layer's path; the caller disposes them.</summary>
    IEnumerable<(string Name, Tensor Tensor)> TensorsOf(GroupedWeight weight);
}
