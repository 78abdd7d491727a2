using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>An encoder that assigns a class to every token: dropout and a linear layer <c>classifier</c>.</summary>
public sealed class EncoderTokenClassifier : TokenClassifier
{
    private readonly TextEncoder _encoder;
    private readonly nn.Module<Tensor, Tensor> _classifier;

    /// <param name="encoderName">the child's name, e.g. <c>bert</c></param>
    public EncoderTokenClassifier(TextEncoder encoder, string encoderName, TextEncoderConfig config)
        : base(config.ClassName, config.Labels!)
    {
        (Config, _encoder) = (config, encoder);
        _classifier = new Linear(config.HiddenSize, Labels.Count, bias: true, encoder.Dtype, encoder.Device);
        register_module(encoderName, _encoder);
        register_module("classifier", _classifier);
    }

    public override TextEncoderConfig Config { get; }

    private protected override PretrainedModel? TextBody => _encoder;

    public override Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var hidden = Dropout.Of(_encoder.HiddenStates(inputs, onHidden), Config.TokenDropout, training);
        onHidden?.Invoke(hidden);
        return _classifier.call(hidden);
    }

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator) =>
        _encoder.InitializeParameter(parameterName, parameter, generator);
}
