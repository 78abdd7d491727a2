using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that turns a text into hidden states, without a head.</summary>
public abstract class TextEncoder(string name) : PretrainedModel(name)
{
    public abstract override LanguageModelConfig Config { get; }

    /// <inheritdoc cref="SequenceClassifier.Logits"/>
    /// <returns>[batch, positions, hidden]</returns>
    public abstract Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null);
}
