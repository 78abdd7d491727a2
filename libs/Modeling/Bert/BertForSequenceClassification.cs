using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Bert;

/// <summary>BERT with classes for a whole text: the pooled first token, dropout, a linear layer.</summary>
public sealed class BertForSequenceClassification : EncoderSequenceClassifier
{
    private readonly nn.Module<Tensor, Tensor> _classifier;

    public BertForSequenceClassification(BertConfig config, ScalarType dtype, Device device)
        : base(new BertModel(config, pooled: true, dtype, device), "bert", config)
    {
        _classifier = new Linear(config.HiddenSize, Labels.Count, bias: true, dtype, device);
        register_module("classifier", _classifier);
    }

    protected override Tensor Classify(Tensor hidden, TextInputs inputs, Action<Tensor>? onHidden)
    {
        using var pooled = Dropout.Of(Encoder.Pooled(hidden, inputs), Config.SequenceDropout, training);
        onHidden?.Invoke(pooled);
        return _classifier.call(pooled);
    }
}
