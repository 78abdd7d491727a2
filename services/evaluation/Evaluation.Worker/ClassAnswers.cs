using System.Globalization;
using Platform.Data.Formats;
using Platform.FineTuning.Classification;
using Platform.FineTuning.Tasks;
using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Evaluation.Worker;

/// <summary>What a classifier says of the texts of a suite: its likeliest class, every class that is likelier than not, or an amount.</summary>
internal static class ClassAnswers
{
    private const int BatchSize = 32;

    /// <inheritdoc cref="TaskAnswers.To"/>
    public static IReadOnlyList<Answer> To(ClassificationTask subject, SuiteRows suite, Action<int> progress, CancellationToken cancellation)
    {
        var texts = suite.Encoded(row => subject.Encoder.Encode(row).Text);
        List<Answer> answers = [];
        foreach (var batch in texts.Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (row, scores) in batch.Zip(Scores(subject, [.. batch.Select(item => item.Encoded)]))) answers.Add(AnswerOf(row.Row, scores, subject.Model.Labels));
            progress(answers.Count);
        }

        return answers;
    }

    private static IEnumerable<float[]> Scores(ClassificationTask subject, IReadOnlyList<EncodedText> texts)
    {
        using var noGradients = no_grad();
        using var batch = TextBatch.Of(texts, subject.PadTokenId, subject.Model.Device);
        using var logits = subject.Model.Logits(batch.Inputs);                 // [batch, classes]
        using var wide = logits.to(ScalarType.Float32).cpu();
        return [.. wide.data<float>().ToArray().Chunk((int)wide.shape[1])];
    }

    private static Answer AnswerOf(IRow row, float[] scores, ClassificationLabels labels) => row switch
    {
        ClassificationRow single when labels.Stated == ClassificationProblem.Regression => new(Prompt(single.Text, single.TextPair), single.Label, scores[0].ToString("R", CultureInfo.InvariantCulture)),
        ClassificationRow single => new(Prompt(single.Text, single.TextPair), single.Label, labels.Names[Array.IndexOf(scores, scores.Max())]),
        MultiLabelRow several => Answer.OfLabels(Prompt(several.Text, several.TextPair), several.Labels, [.. labels.Names.Zip(scores).Where(item => item.Second > 0).Select(item => item.First)]), // σ(0) = ½
        _ => throw new NotSupportedException($"{row.GetType().Name} has no label."),
    };

    private static string Prompt(string text, string? pair) => pair is null ? text : $"{text}\n{pair}";
}
