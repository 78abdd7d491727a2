using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that scores a whole sound, e.g. by the language spoken.</summary>
public abstract class AudioClassifier(string name, ClassificationLabels labels) : PretrainedModel(name)
{
    public ClassificationLabels Labels { get; } = labels;

    /// <param name="features">log-mel features [batch, mels, frames]</param>
    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    /// <returns>[batch, labels]</returns>
    public abstract Tensor Logits(Tensor features, Action<Tensor>? onHidden = null);
}
