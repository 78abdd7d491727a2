using Platform.Modeling.Bert;
using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Roberta;

/// <summary>RoBERTa with classes for a whole text: the first token through two layers.</summary>
public sealed class RobertaForSequenceClassification : EncoderSequenceClassifier
{
    private readonly ClassificationHead _classifier;

    public RobertaForSequenceClassification(RobertaConfig config, ScalarType dtype, Device device)
        : base(new BertModel(config, pooled: false, dtype, device), "roberta", config)
    {
        _classifier = new ClassificationHead(config, Labels.Count, dtype, device);
        register_module("classifier", _classifier);
    }

    protected override Tensor Classify(Tensor hidden, TextInputs inputs, Action<Tensor>? onHidden)
    {
        onHidden?.Invoke(hidden);
        using var first = FirstToken.Of(hidden);
        return _classifier.call(first);
    }

    private sealed class ClassificationHead : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _dense;
        [ComponentName(Name = "out_proj")] private readonly nn.Module<Tensor, Tensor> _output;
        private readonly double _dropout;

        public ClassificationHead(RobertaConfig config, long labels, ScalarType dtype, Device device)
            : base(nameof(ClassificationHead))
        {
            _dense = new Linear(config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
            _output = new Linear(config.HiddenSize, labels, bias: true, dtype, device);
            _dropout = config.SequenceDropout;
            RegisterComponents();
        }

        public override Tensor forward(Tensor first) // [batch, hidden] -> [batch, labels]
        {
            using var input = Dropout.Of(first.alias(), _dropout, training);
            using var projected = _dense.call(input);
            using var active = Dropout.Of(projected.tanh(), _dropout, training);
            return _output.call(active);
        }
    }
}
