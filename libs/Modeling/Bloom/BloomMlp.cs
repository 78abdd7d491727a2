using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Bloom;

/// <summary>To four times the width and back, with GELU by tanh between.</summary>
public sealed class BloomMlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense_h_to_4h")] private readonly nn.Module<Tensor, Tensor> _up;
    [ComponentName(Name = "dense_4h_to_h")] private readonly nn.Module<Tensor, Tensor> _down;
    private readonly Func<Tensor, Tensor> _activation = Activations.Named("gelu_pytorch_tanh");
    private readonly double _dropout;

    public BloomMlp(BloomConfig config, ScalarType dtype, Device device)
        : base(nameof(BloomMlp))
    {
        _up = new Linear(config.HiddenSize, 4 * config.HiddenSize, bias: true, dtype, device);
        _down = new Linear(4 * config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
        _dropout = config.HiddenDropout;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // [..., hidden]
    {
        using var up = _up.call(x); // [..., 4 * hidden]
        using var active = _activation(up);
        return Dropout.Of(_down.call(active), _dropout, training);
    }
}
