using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that restores masked tokens from both sides.</summary>
public abstract class MaskedLanguageModel(string name) : PretrainedModel(name)
{
    public abstract override LanguageModelConfig Config { get; }

    /// <inheritdoc cref="SequenceClassifier.Logits"/>
    /// <returns>[batch, positions, vocabulary]</returns>
    public abstract Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null);
}
