using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>An encoder that finds an answer in a text: a linear layer <c>qa_outputs</c> scores each token as its start and as its end.</summary>
public sealed class EncoderQuestionAnswering : QuestionAnsweringModel
{
    private readonly TextEncoder _encoder;
    private readonly nn.Module<Tensor, Tensor> _outputs;

    /// <inheritdoc cref="EncoderTokenClassifier(TextEncoder, string, TextEncoderConfig)"/>
    public EncoderQuestionAnswering(TextEncoder encoder, string encoderName, TextEncoderConfig config)
        : base(config.ClassName)
    {
        (Config, _encoder) = (config, encoder);
        _outputs = new Linear(config.HiddenSize, 2, bias: true, encoder.Dtype, encoder.Device);
        register_module(encoderName, _encoder);
        register_module("qa_outputs", _outputs);
    }

    public override TextEncoderConfig Config { get; }

    private protected override PretrainedModel? TextBody => _encoder;

    public override (Tensor Start, Tensor End) Logits(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var hidden = Dropout.Of(_encoder.HiddenStates(inputs, onHidden), Config.AnswerDropout, training);
        onHidden?.Invoke(hidden);
        using var scores = _outputs.call(hidden); // [batch, positions, 2]
        return (scores.select(-1, 0), scores.select(-1, 1));
    }

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator) =>
        _encoder.InitializeParameter(parameterName, parameter, generator);
}
