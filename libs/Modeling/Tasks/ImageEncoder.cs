using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that turns images into hidden states, without a head.</summary>
public abstract class ImageEncoder(string name) : PretrainedModel(name)
{
    /// <param name="pixels">[batch, channels, height, width], resized and normalised</param>
    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    /// <returns>[batch, 1 + patches, hidden], the class token first</returns>
    public abstract Tensor HiddenStates(Tensor pixels, Action<Tensor>? onHidden = null);

    /// <summary>One vector per image, from what <see cref="HiddenStates"/> returns.</summary>
    /// <returns>[batch, width]</returns>
    public abstract Tensor Pooled(Tensor hidden);
}
