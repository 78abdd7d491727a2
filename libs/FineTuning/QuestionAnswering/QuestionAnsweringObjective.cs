using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.QuestionAnswering;

/// <summary>
/// Learn where answers start and end: the mean over windows of (−log p(start) − log p(end)) / 2, where a window without the answer points at its first
/// token. Padding takes part in both softmaxes. Differs from transformers' question-answering models: none.
/// </summary>
public sealed class QuestionAnsweringObjective(QuestionAnsweringModel model, IReadOnlyList<QuestionExample> rows, int padTokenId) : TextObjective<QuestionExample>(model, rows, padTokenId)
{
    protected override EncodedText TextOf(QuestionExample row) => row.Window.Text;

    protected override Tensor MeanLoss(TextInputs inputs, IReadOnlyList<QuestionExample> chosen)
    {
        var (start, end) = model.Logits(inputs);                               // [batch, positions] each
        using var narrow = new Both(start, end);
        using var wide = new Both(start.to(ScalarType.Float32), end.to(ScalarType.Float32));
        using var targets = new Both(Positions(row => row.First), Positions(row => row.Last));
        return QuestionAnsweringModel.Loss(wide.Start, wide.End, targets.Start, targets.End);

        Tensor Positions(Func<QuestionExample, int> position) => tensor(chosen.Select(row => (long)position(row)).ToArray(), device: Device);
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
