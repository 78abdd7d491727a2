using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>second(act(first(x))) (Vaswani et al., 2017), under a family's names.</summary>
public sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _first;
    private readonly nn.Module<Tensor, Tensor> _second;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly double _dropout;

    /// <param name="dropout">the probability of dropping an output while training</param>
    public FeedForward(
        (string First, string Second) names, long hiddenSize, long intermediateSize, string activation, double dropout, ScalarType dtype, Device device)
        : base(nameof(FeedForward))
    {
        _first = new Linear(hiddenSize, intermediateSize, bias: true, dtype, device);
        _second = new Linear(intermediateSize, hiddenSize, bias: true, dtype, device);
        (_activation, _dropout) = (Activations.Named(activation), dropout);
        register_module(names.First, _first);
        register_module(names.Second, _second);
    }

    public override Tensor forward(Tensor x) // [..., hidden]
    {
        using var wide = _first.call(x);         // [..., intermediate]
        using var active = _activation(wide);
        return Dropout.Of(_second.call(active), _dropout, training);
    }

    // A parent calls this, which would register the projections a second time, under their fields' names.
    protected override void RegisterComponents()
    {
    }
}
