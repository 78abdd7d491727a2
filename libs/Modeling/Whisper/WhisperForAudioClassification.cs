using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Modeling.Whisper;

/// <summary>Whisper's encoder, whose projected mean over time is classified.</summary>
public sealed class WhisperForAudioClassification : AudioClassifier
{
    [ComponentName(Name = "encoder")] private readonly WhisperEncoder _encoder;
    [ComponentName(Name = "layer_weights")] private readonly Parameter? _layerWeights; // [1 + layers]
    [ComponentName(Name = "projector")] private readonly nn.Module<Tensor, Tensor> _projector;
    [ComponentName(Name = "classifier")] private readonly nn.Module<Tensor, Tensor> _classifier;

    /// <param name="config">with labels</param>
    public WhisperForAudioClassification(WhisperConfig config, ScalarType dtype, Device device)
        : base(nameof(WhisperForAudioClassification), config.Labels ?? throw new ArgumentException("A classifier's config needs labels."))
    {
        Config = config;
        _encoder = new WhisperEncoder(config, dtype, device);
        _layerWeights = config.WeightedLayers ? new Parameter(empty(config.Layers + 1, dtype: dtype, device: device)) : null;
        _projector = new Linear(config.HiddenSize, config.ClassifierWidth, bias: true, dtype, device);
        _classifier = new Linear(config.ClassifierWidth, config.Labels.Count, bias: true, dtype, device);
        RegisterComponents();
    }

    public override WhisperConfig Config { get; }

    public override Tensor Logits(Tensor features, Action<Tensor>? onHidden = null)
    {
        using var scope = NewDisposeScope();
        List<Tensor> layers = [];
        var last = _encoder.Run(features, _layerWeights is null ? onHidden : Keep);
        var sound = _layerWeights is null ? last : WeightedMean([.. layers[..^1], last]);
        return _classifier.call(_projector.call(sound).mean([1])).MoveToOuterDisposeScope();

        void Keep(Tensor hidden)
        {
            layers.Add(hidden.alias());
            onHidden?.Invoke(hidden);
        }
    }

    /// <summary>The last layer counts after the final norm, as transformers lists it.</summary>
    private Tensor WeightedMean(IReadOnlyList<Tensor> layers)
    {
        var weights = _layerWeights!.softmax(-1).view(-1, 1, 1, 1);
        return stack(layers, 0).mul(weights).sum(0, keepdim: false); // [batch, positions, hidden]
    }

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (WhisperFamily.IsSinusoids(parameterName)) Sinusoids.Fill(parameter);
        else if (ReferenceEquals(parameter, _layerWeights)) nn.init.constant_(parameter, 1.0 / (Config.Layers + 1));
        else base.InitializeParameter(parameterName, parameter, generator);
    }
}
