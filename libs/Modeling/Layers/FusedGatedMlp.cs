using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>down(act(gate) ⊙ up) with gate and up from one projection: <see cref="GatedMlp"/> with both weights in one, the gate's first.</summary>
public sealed class FusedGatedMlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_up_proj")] private readonly nn.Module<Tensor, Tensor> _gateUp;
    [ComponentName(Name = "down_proj")] private readonly nn.Module<Tensor, Tensor> _down;
    private readonly Func<Tensor, Tensor> _activation;

    public FusedGatedMlp(long hiddenSize, long intermediateSize, string activation, bool bias, ScalarType dtype, Device device)
        : base(nameof(FusedGatedMlp))
    {
        _gateUp = new Linear(hiddenSize, 2 * intermediateSize, bias, dtype, device);
        _down = new Linear(intermediateSize, hiddenSize, bias, dtype, device);
        _activation = Activations.Named(activation);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // [..., hidden]
    {
        using var both = _gateUp.call(x); // [..., 2 * intermediate]
        using var product = GatedHalves.Multiply(both, _activation);
        return _down.call(product);
    }
}
