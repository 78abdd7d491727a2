using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>y = x Wᵀ + b. Created without values: a checkpoint or <see cref="PretrainedModel.Initialize"/> fills it.</summary>
public class Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter? _weight; // [out, in]
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;     // [out]

    public Linear(long inFeatures, long outFeatures, bool bias, ScalarType dtype, Device device)
        : this(inFeatures, outFeatures)
    {
        _weight = new Parameter(empty(outFeatures, inFeatures, dtype: dtype, device: device));
        _bias = bias ? new Parameter(empty(outFeatures, dtype: dtype, device: device)) : null;
        RegisterComponents();
    }

    /// <summary>For layers that hold their weight in another form; they register their components themselves.</summary>
    /// <param name="bias">[out], or null; it is copied, and frozen.</param>
    protected Linear(long inFeatures, long outFeatures, Tensor? bias = null)
        : base(nameof(Linear))
    {
        InFeatures = inFeatures;
        OutFeatures = outFeatures;
        _bias = bias is null ? null : (Parameter)new Parameter(bias.detach().clone(), requires_grad: false).DetachFromDisposeScope();
    }

    public long InFeatures { get; }

    public long OutFeatures { get; }

    /// <summary>[out, in]</summary>
    public virtual Parameter Weight => _weight!;

    /// <summary>[out], or null.</summary>
    public Parameter? Bias => _bias;

    /// <summary>The weight's values [out, in], without gradients, however they are kept; the caller disposes them.</summary>
    public virtual Tensor WeightValues() => Weight.detach();

    /// <summary>Puts other values in the weight's place; a layer that keeps fewer bits rounds them.</summary>
    /// <param name="weight">[out, in]</param>
    public virtual void SetWeight(Tensor weight)
    {
        using var noGradients = no_grad();
        Weight.copy_(weight);
    }

    /// <summary>Adds to the weight; a layer that keeps fewer bits rounds the sum.</summary>
    /// <param name="change">[out, in]</param>
    public virtual void AddToWeight(Tensor change)
    {
        using var noGradients = no_grad();
        Weight.add_(change);
    }

    /// <summary>The layer's values as they are now, however they are kept.</summary>
    public virtual WeightCopy Copy() => new(parameters().Concat(buffers()));

    public override Tensor forward(Tensor x) => nn.functional.linear(x, Weight, Bias); // [..., in] -> [..., out]
}
