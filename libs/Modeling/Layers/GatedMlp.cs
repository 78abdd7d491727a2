using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>down(act(gate(x)) ⊙ up(x)) (Shazeer, 2020).</summary>
public sealed class GatedMlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")] private readonly nn.Module<Tensor, Tensor> _gate;
    [ComponentName(Name = "up_proj")] private readonly nn.Module<Tensor, Tensor> _up;
    [ComponentName(Name = "down_proj")] private readonly nn.Module<Tensor, Tensor> _down;
    private readonly Func<Tensor, Tensor> _activation;

    public GatedMlp(long hiddenSize, long intermediateSize, string activation, bool bias, ScalarType dtype, Device device)
        : base(nameof(GatedMlp))
    {
        _gate = new Linear(hiddenSize, intermediateSize, bias, dtype, device);
        _up = new Linear(hiddenSize, intermediateSize, bias, dtype, device);
        _down = new Linear(intermediateSize, hiddenSize, bias, dtype, device);
        _activation = Activations.Named(activation);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // [..., hidden]
    {
        using var gate = _gate.call(x);          // [..., intermediate]
        using var active = _activation(gate);
        using var up = _up.call(x);              // [..., intermediate]
        using var product = active.mul(up);
        return _down.call(product);
    }
}
