using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that assigns a class to every token, as for named entities.</summary>
public abstract class TokenClassifier(string name, ClassificationLabels labels) : PretrainedModel(name)
{
    public ClassificationLabels Labels { get; } = labels;

    /// <inheritdoc cref="SequenceClassifier.Logits"/>
    /// <returns>[batch, positions, labels]</returns>
    public abstract Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null);
}
