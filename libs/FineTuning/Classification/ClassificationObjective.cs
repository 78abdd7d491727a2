using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Classification;

/// <summary>
/// Learn what texts are labelled with: the mean over texts of −log p(class), of the mean over classes of the binary cross-entropy, or of the squared
/// error, as the problem is. Differs from transformers' sequence classifiers: none.
/// </summary>
public sealed class ClassificationObjective(SequenceClassifier model, IReadOnlyList<LabelledText> rows, int padTokenId) : TextObjective<LabelledText>(model, rows, padTokenId)
{
    protected override EncodedText TextOf(LabelledText row) => row.Text;

    protected override Tensor MeanLoss(TextInputs inputs, IReadOnlyList<LabelledText> chosen)
    {
        using var logits = model.Logits(inputs);                               // [batch, classes]
        using var wide = logits.to(ScalarType.Float32);
        using var targets = ClassificationTargets.Of([.. chosen.Select(row => row.Label)], model.Labels.Count, Device);
        return ClassificationLoss.Of(model.Labels, wide, targets);
    }
}
