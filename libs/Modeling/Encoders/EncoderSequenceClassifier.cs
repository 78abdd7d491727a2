using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>An encoder whose first token stands for the text. Families differ in what lies between it and the classes.</summary>
public abstract class EncoderSequenceClassifier : SequenceClassifier
{
    /// <param name="encoderName">the child's name, e.g. <c>bert</c></param>
    protected EncoderSequenceClassifier(TextEncoder encoder, string encoderName, TextEncoderConfig config)
        : base(config.ClassName, config.Labels!)
    {
        (Config, Encoder) = (config, encoder);
        register_module(encoderName, encoder);
    }

    public override TextEncoderConfig Config { get; }

    private protected override PretrainedModel? TextBody => Encoder;

    protected TextEncoder Encoder { get; }

    public override Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var hidden = Encoder.HiddenStates(inputs, onHidden);
        return Classify(hidden, inputs, onHidden);
    }

    /// <param name="hidden">[batch, positions, hidden]</param>
    /// <param name="onHidden">is shown what enters the head, valid during the call</param>
    /// <returns>[batch, labels]</returns>
    protected abstract Tensor Classify(Tensor hidden, TextInputs inputs, Action<Tensor>? onHidden);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator) =>
        Encoder.InitializeParameter(parameterName, parameter, generator);
}
