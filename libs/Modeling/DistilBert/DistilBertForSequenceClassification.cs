using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.DistilBert;

/// <summary>DistilBERT with classes for a whole text: the first token through a layer with relu, dropout, a linear layer.</summary>
public sealed class DistilBertForSequenceClassification : EncoderSequenceClassifier
{
    private readonly nn.Module<Tensor, Tensor> _preClassifier;
    private readonly nn.Module<Tensor, Tensor> _classifier;

    public DistilBertForSequenceClassification(DistilBertConfig config, ScalarType dtype, Device device)
        : base(new DistilBertModel(config, dtype, device), "distilbert", config)
    {
        _preClassifier = new Linear(config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
        _classifier = new Linear(config.HiddenSize, Labels.Count, bias: true, dtype, device);
        register_module("pre_classifier", _preClassifier);
        register_module("classifier", _classifier);
    }

    protected override Tensor Classify(Tensor hidden, TextInputs inputs, Action<Tensor>? onHidden)
    {
        using var first = FirstToken.Pooled(hidden, _preClassifier);
        using var active = Dropout.Of(nn.functional.relu(first), Config.SequenceDropout, training);
        onHidden?.Invoke(active);
        return _classifier.call(active);
    }
}
