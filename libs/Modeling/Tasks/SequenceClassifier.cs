using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that scores a whole text: classes, several classes, or a number such as a reward.</summary>
public abstract class SequenceClassifier(string name, ClassificationLabels labels) : PretrainedModel(name)
{
    public ClassificationLabels Labels { get; } = labels;

    /// <param name="onHidden">is shown the first block's input, every block's output and what enters the head, each valid during the call</param>
    /// <returns>[batch, labels]</returns>
    public abstract Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null);
}
