using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Deberta;

/// <summary>DeBERTa-v2 with classes for a whole text: the first token through a pooler beside the encoder, dropout, a linear layer.</summary>
public sealed class DebertaForSequenceClassification : EncoderSequenceClassifier
{
    private readonly nn.Module<Tensor, Tensor> _pooler;
    private readonly nn.Module<Tensor, Tensor> _classifier;
    private readonly double _poolerDropout;

    public DebertaForSequenceClassification(DebertaConfig config, ScalarType dtype, Device device)
        : base(new DebertaModel(config, dtype, device), "deberta", config)
    {
        _pooler = new Dense(config.HiddenSize, config.HiddenSize, config.PoolerActivation, dropout: 0, dtype, device);
        _classifier = new Linear(config.HiddenSize, Labels.Count, bias: true, dtype, device);
        _poolerDropout = config.PoolerDropout;
        register_module("pooler", _pooler);
        register_module("classifier", _classifier);
    }

    protected override Tensor Classify(Tensor hidden, TextInputs inputs, Action<Tensor>? onHidden)
    {
        using var first = Dropout.Of(FirstToken.Of(hidden), _poolerDropout, training);
        using var pooled = Dropout.Of(_pooler.call(first), Config.SequenceDropout, training);
        onHidden?.Invoke(pooled);
        return _classifier.call(pooled);
    }
}
