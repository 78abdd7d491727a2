using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>An encoder that restores masked tokens: norm(act(dense(x))), then a score for every token of the vocabulary.</summary>
public abstract class EncoderMaskedLanguageModel : MaskedLanguageModel
{
    /// <inheritdoc cref="EncoderSequenceClassifier(TextEncoder, string, TextEncoderConfig)"/>
    protected EncoderMaskedLanguageModel(TextEncoder encoder, string encoderName, TextEncoderConfig config)
        : base(config.ClassName)
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
        using var transformed = Transform(hidden);
        onHidden?.Invoke(transformed);
        return Decode(transformed);
    }

    /// <summary>[batch, positions, hidden] -> [batch, positions, embedding]</summary>
    protected abstract Tensor Transform(Tensor hidden);

    /// <summary>[batch, positions, embedding] -> [batch, positions, vocabulary]</summary>
    protected abstract Tensor Decode(Tensor transformed);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator) =>
        Encoder.InitializeParameter(parameterName, parameter, generator);
}
