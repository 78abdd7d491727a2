using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>norm(act(dense(x))), as BERT names it.</summary>
public sealed class PredictionTransform : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _dense;
    [ComponentName(Name = "LayerNorm")] private readonly LayerNorm _norm;
    private readonly Func<Tensor, Tensor> _activation;

    public PredictionTransform(TextEncoderConfig config, long outFeatures, ScalarType dtype, Device device)
        : base(nameof(PredictionTransform))
    {
        _dense = new Linear(config.HiddenSize, outFeatures, bias: true, dtype, device);
        _norm = new LayerNorm(outFeatures, config.NormEpsilon, dtype, device);
        _activation = Activations.Named(config.Activation);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // [..., hidden] -> [..., out]
    {
        using var projected = _dense.call(x);
        using var active = _activation(projected);
        return _norm.call(active);
    }
}
