using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llava;

/// <summary>linear(act(linear(x))): from the image tower's features to the decoder's embeddings (Liu et al., 2024, "Improved baselines").</summary>
public sealed class LlavaProjector : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear_1")] private readonly nn.Module<Tensor, Tensor> _first;
    [ComponentName(Name = "linear_2")] private readonly nn.Module<Tensor, Tensor> _second;
    private readonly Func<Tensor, Tensor> _activation;

    public LlavaProjector(LlavaConfig config, ScalarType dtype, Device device)
        : base(nameof(LlavaProjector))
    {
        _first = new Linear(config.Vision.HiddenSize * config.FeatureLayers.Count, config.HiddenSize, config.ProjectorBias, dtype, device);
        _second = new Linear(config.HiddenSize, config.HiddenSize, config.ProjectorBias, dtype, device);
        _activation = Activations.Named(config.ProjectorActivation);
        RegisterComponents();
    }

    public override Tensor forward(Tensor features) // [..., tower's hidden * layers] -> [..., hidden]
    {
        using var middle = _first.call(features);
        using var active = _activation(middle);
        return _second.call(active);
    }
}
