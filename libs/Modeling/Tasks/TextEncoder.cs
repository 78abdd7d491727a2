using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that turns texts into hidden states, without a head.</summary>
public abstract class TextEncoder(string name) : PretrainedModel(name)
{
    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    /// <returns>[batch, positions, hidden]</returns>
    public abstract Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null);

    /// <summary>One vector per text, from what <see cref="HiddenStates"/> returns: through the family's pooler, else the first token.</summary>
    /// <returns>[batch, width]</returns>
    public abstract Tensor Pooled(Tensor hidden, TextInputs inputs);
}
