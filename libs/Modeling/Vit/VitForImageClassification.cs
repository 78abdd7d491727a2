using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Vit;

/// <summary>A vision transformer with classes for a whole image: a linear layer on the class token.</summary>
public sealed class VitForImageClassification : ImageClassifier
{
    [ComponentName(Name = "vit")] private readonly VitModel _vit;
    [ComponentName(Name = "classifier")] private readonly nn.Module<Tensor, Tensor> _classifier;

    public VitForImageClassification(VitConfig config, ScalarType dtype, Device device)
        : base(nameof(VitForImageClassification), config.Labels!)
    {
        Config = config;
        _vit = new VitModel(config, pooled: false, dtype, device);
        _classifier = new Linear(config.HiddenSize, Labels.Count, bias: true, dtype, device);
        RegisterComponents();
    }

    public override VitConfig Config { get; }

    public override Tensor Logits(Tensor pixels, Action<Tensor>? onHidden = null)
    {
        using var hidden = _vit.HiddenStates(pixels, onHidden);
        using var first = FirstToken.Of(hidden);
        onHidden?.Invoke(first);
        return _classifier.call(first);
    }
}
