using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Gpt2;

/// <summary>c_proj(act(c_fc(x))).</summary>
public sealed class Gpt2Mlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "c_fc")] private readonly nn.Module<Tensor, Tensor> _up;
    [ComponentName(Name = "c_proj")] private readonly nn.Module<Tensor, Tensor> _down;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly double _dropout;

    public Gpt2Mlp(Gpt2Config config, ScalarType dtype, Device device)
        : base(nameof(Gpt2Mlp))
    {
        _up = new TransposedLinear(config.HiddenSize, config.InnerSize, dtype, device);
        _down = new TransposedLinear(config.InnerSize, config.HiddenSize, dtype, device);
        (_activation, _dropout) = (Activations.Named(config.Activation), config.ResidualDropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // [..., hidden]
    {
        using var up = _up.call(x); // [..., inner]
        using var active = _activation(up);
        return Dropout.Of(_down.call(active), _dropout, training);
    }
}
