using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>x + mlp(norm(x)).</summary>
internal sealed class T5FeedForward : nn.Module<Tensor, StackContext, Tensor>
{
    [ComponentName(Name = "DenseReluDense")] private readonly nn.Module<Tensor, Tensor> _dense;
    [ComponentName(Name = "layer_norm")] private readonly RmsNorm _norm;
    private readonly double _dropout;

    public T5FeedForward(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5FeedForward))
    {
        _dense = new T5Dense(config, dtype, device);
        _norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _dropout = config.DropoutRate;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, StackContext context) // [batch, positions, hidden]
    {
        using var normed = _norm.call(x);
        using var transformed = Dropout.Of(_dense.call(normed), _dropout, training);
        return x.add(transformed);
    }
}

/// <summary>wo(act(wi(x))), as in T5 1.0, or with a gate wo(act(wi_0(x)) ⊙ wi_1(x)) (Shazeer, 2020), as in T5 1.1.</summary>
internal sealed class T5Dense : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _active;
    private readonly nn.Module<Tensor, Tensor>? _linear;
    private readonly nn.Module<Tensor, Tensor> _out;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly double _dropout;

    public T5Dense(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5Dense))
    {
        _active = new Linear(config.HiddenSize, config.IntermediateSize, bias: false, dtype, device);
        _out = new Linear(config.IntermediateSize, config.HiddenSize, bias: false, dtype, device);
        (_activation, _dropout) = (Activations.Named(config.Activation), config.DropoutRate);
        register_module(config.IsGated ? "wi_0" : "wi", _active);
        if (config.IsGated)
        {
            _linear = new Linear(config.HiddenSize, config.IntermediateSize, bias: false, dtype, device);
            register_module("wi_1", _linear);
        }

        register_module("wo", _out);
    }

    public override Tensor forward(Tensor x)
    {
        using var wide = _active.call(x); // [..., intermediate]
        using var product = Dropout.Of(Gated(_activation(wide), x), _dropout, training);
        return _out.call(product);
    }

    private Tensor Gated(Tensor active, Tensor x)
    {
        if (_linear is null) return active;

        using (active)
        using (var linear = _linear.call(x))
        {
            return active.mul(linear);
        }
    }

    // A parent calls this, which would register the parts a second time, under their fields' names.
    protected override void RegisterComponents()
    {
    }
}
