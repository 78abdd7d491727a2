using Platform.Modeling;
using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Classification;

/// <summary>
/// Learn what texts are labelled with: the mean over texts of −log p(class), of the mean over classes of the binary cross-entropy, or of the squared
/// error, as the problem is. Every text counts once. Differs from transformers' sequence classifiers: none.
/// </summary>
public sealed class ClassificationObjective(SequenceClassifier model, IReadOnlyList<LabelledText> rows, int padTokenId) : IObjective
{
    public int RowCount => rows.Count;

    public long Count(IReadOnlyList<int> numbers) => numbers.Count;

    public LossSum Learn(IReadOnlyList<int> numbers, double weight)
    {
        using var batch = Batch(numbers);
        return LossSum.Backward(Loss(batch, numbers), weight, numbers.Count, batch.Tokens);
    }

    public LossSum Measure(IReadOnlyList<int> numbers)
    {
        using var noGradients = no_grad();
        using var evaluation = new EvaluationMode(model);
        using var batch = Batch(numbers);
        return new(Loss(batch, numbers), numbers.Count, batch.Tokens);
    }

    private TextBatch Batch(IReadOnlyList<int> numbers) => TextBatch.Of([.. numbers.Select(number => rows[number].Text)], padTokenId, model.Device);

    private Tensor Loss(TextBatch batch, IReadOnlyList<int> numbers)
    {
        using var logits = model.Logits(batch.Inputs);                         // [batch, classes]
        using var wide = logits.to(ScalarType.Float32);
        using var targets = ClassificationTargets.Of([.. numbers.Select(number => rows[number].Label)], model.Labels.Count, model.Device);
        using var mean = ClassificationLoss.Of(model.Labels, wide, targets);
        return mean.mul(numbers.Count);
    }
}
