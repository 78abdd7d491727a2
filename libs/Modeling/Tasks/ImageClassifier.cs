using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that scores a whole image: its classes.</summary>
public abstract class ImageClassifier(string name, ClassificationLabels labels) : PretrainedModel(name)
{
    public ClassificationLabels Labels { get; } = labels;

    /// <param name="pixels">[batch, channels, height, width], resized and normalised</param>
    /// <param name="onHidden">is shown the first block's input, every block's output and what enters the head, each valid during the call</param>
    /// <returns>[batch, labels]</returns>
    public abstract Tensor Logits(Tensor pixels, Action<Tensor>? onHidden = null);
}
