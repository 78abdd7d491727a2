using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A model that finds an answer in a text: where it starts and where it ends.</summary>
public abstract class QuestionAnsweringModel(string name) : PretrainedModel(name)
{
    /// <inheritdoc cref="SequenceClassifier.Logits"/>
    /// <returns>[batch, positions] each</returns>
    public abstract (Tensor Start, Tensor End) Logits(TextInputs inputs, Action<Tensor>? onHidden = null);

    /// <summary>The mean of both cross-entropies. Positions outside of the input count as no answer and are left out.</summary>
    /// <param name="startPositions">int64 [batch]</param>
    /// <param name="endPositions">int64 [batch]</param>
    public static Tensor Loss(Tensor start, Tensor end, Tensor startPositions, Tensor endPositions)
    {
        using var scope = NewDisposeScope();
        var length = start.shape[1];
        return ((Half(start, startPositions) + Half(end, endPositions)) / 2).MoveToOuterDisposeScope();

        Tensor Half(Tensor logits, Tensor positions) => nn.functional.cross_entropy(logits, positions.clamp(0, length), ignore_index: length);
    }
}
