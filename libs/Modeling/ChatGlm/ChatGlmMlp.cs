using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>down(silu(gate) ⊙ up), gate and up being the halves of one projection.</summary>
public sealed class ChatGlmMlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense_h_to_4h")] private readonly nn.Module<Tensor, Tensor> _gateUp;
    [ComponentName(Name = "dense_4h_to_h")] private readonly nn.Module<Tensor, Tensor> _down;
    private readonly Func<Tensor, Tensor> _activation = Activations.Named("silu");

    public ChatGlmMlp(ChatGlmConfig config, ScalarType dtype, Device device)
        : base(nameof(ChatGlmMlp))
    {
        _gateUp = new Linear(config.HiddenSize, 2 * config.IntermediateSize, config.LinearBias, dtype, device);
        _down = new Linear(config.IntermediateSize, config.HiddenSize, config.LinearBias, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // [..., hidden]
    {
        using var both = _gateUp.call(x);    // [..., 2 * intermediate]
        using var product = GatedHalves.Multiply(both, _activation);
        return _down.call(product);
    }
}
