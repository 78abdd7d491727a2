using Platform.Modeling;
using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.QuestionAnswering;

/// <summary>
/// Learn where answers start and end: the mean over windows of (−log p(start) − log p(end)) / 2, where a window without the answer points at its first
/// token. Padding takes part in both softmaxes. Differs from transformers' question-answering models: none.
/// </summary>
public sealed class QuestionAnsweringObjective(QuestionAnsweringModel model, IReadOnlyList<QuestionExample> rows, int padTokenId) : IObjective
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

    private TextBatch Batch(IReadOnlyList<int> numbers) => TextBatch.Of([.. numbers.Select(number => rows[number].Window.Text)], padTokenId, model.Device);

    private Tensor Loss(TextBatch batch, IReadOnlyList<int> numbers)
    {
        var (start, end) = model.Logits(batch.Inputs);                         // [batch, positions] each
        using var narrow = new Both(start, end);
        using var wide = new Both(start.to(ScalarType.Float32), end.to(ScalarType.Float32));
        using var targets = new Both(Positions(row => row.First), Positions(row => row.Last));
        using var mean = QuestionAnsweringModel.Loss(wide.Start, wide.End, targets.Start, targets.End);
        return mean.mul(numbers.Count);

        Tensor Positions(Func<QuestionExample, int> position) => tensor(numbers.Select(number => (long)position(rows[number])).ToArray(), device: model.Device);
    }

    private readonly record struct Both(Tensor Start, Tensor End) : IDisposable
    {
        public void Dispose()
        {
            Start.Dispose();
            End.Dispose();
        }
    }
}
