using Platform.Data.Formats;
using Platform.FineTuning.QuestionAnswering;
using Platform.FineTuning.Tasks;
using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Evaluation.Worker;

/// <summary>Where a model finds the answers to the questions of a suite; it may find none where some question has none.</summary>
internal static class FoundAnswers
{
    private const int BatchSize = 16;

    /// <inheritdoc cref="TaskAnswers.To"/>
    public static IReadOnlyList<Answer> To(QuestionAnsweringTask subject, SuiteRows suite, Action<int> progress, CancellationToken cancellation)
    {
        var search = new AnswerSearch { MayHaveNone = suite.Rows.Any(row => row is SquadRow { Answers.Count: 0 }) };
        List<Answer> answers = [];
        foreach (var row in suite.Rows.Cast<SquadRow>())
        {
            cancellation.ThrowIfCancellationRequested();
            var windows = subject.Windows(row);
            var found = windows.Count == 0 ? "" : search.Find(row.Context, [.. windows.Chunk(BatchSize).SelectMany(batch => Scored(subject, batch))]).Text;
            answers.Add(new Answer($"{row.Question}\n{row.Context}", [.. row.Answers.Select(answer => answer.Text)], [found]));
            progress(answers.Count);
        }

        return answers;
    }

    private static IEnumerable<(QuestionWindow Window, float[] Starts, float[] Ends)> Scored(QuestionAnsweringTask subject, IReadOnlyList<QuestionWindow> windows)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var batch = TextBatch.Of([.. windows.Select(window => window.Text)], subject.PadTokenId, subject.Model.Device);
        var (start, end) = subject.Model.Logits(batch.Inputs);                 // [batch, positions] each
        return [.. windows.Zip(Rows(start), Rows(end))];

        static float[][] Rows(Tensor logits) => [.. logits.to(ScalarType.Float32).cpu().data<float>().ToArray().Chunk((int)logits.shape[1])];
    }
}
