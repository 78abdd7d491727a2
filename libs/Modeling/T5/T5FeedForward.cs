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
        _dense = config.IsGated ? new T5GatedDense(config, dtype, device) : new T5Dense(config, dtype, device);
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

/// <summary>wo(act(wi(x))), as in T5 1.0.</summary>
internal sealed class T5Dense : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "wi")] private readonly nn.Module<Tensor, Tensor> _in;
    [ComponentName(Name = "wo")] private readonly nn.Module<Tensor, Tensor> _out;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly double _dropout;

    public T5Dense(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5Dense))
    {
        _in = new Linear(config.HiddenSize, config.IntermediateSize, bias: false, dtype, device);
        _out = new Linear(config.IntermediateSize, config.HiddenSize, bias: false, dtype, device);
        (_activation, _dropout) = (Activations.Named(config.Activation), config.DropoutRate);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var wide = _in.call(x); // [..., intermediate]
        using var active = Dropout.Of(_activation(wide), _dropout, training);
        return _out.call(active);
    }
}

/// <summary>wo(act(wi_0(x)) ⊙ wi_1(x)) (Shazeer, 2020), as in T5 1.1.</summary>
internal sealed class T5GatedDense : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "wi_0")] private readonly nn.Module<Tensor, Tensor> _gate;
    [ComponentName(Name = "wi_1")] private readonly nn.Module<Tensor, Tensor> _in;
    [ComponentName(Name = "wo")] private readonly nn.Module<Tensor, Tensor> _out;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly double _dropout;

    public T5GatedDense(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5GatedDense))
    {
        _gate = new Linear(config.HiddenSize, config.IntermediateSize, bias: false, dtype, device);
        _in = new Linear(config.HiddenSize, config.IntermediateSize, bias: false, dtype, device);
        _out = new Linear(config.IntermediateSize, config.HiddenSize, bias: false, dtype, device);
        (_activation, _dropout) = (Activations.Named(config.Activation), config.DropoutRate);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var gate = _gate.call(x); // [..., intermediate]
        using var active = _activation(gate);
        using var wide = _in.call(x);
        using var product = Dropout.Of(active.mul(wide), _dropout, training);
        return _out.call(product);
    }
}
