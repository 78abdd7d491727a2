using Platform.FineTuning.Tasks;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>What a model answers to a suite, whatever its task.</summary>
internal static class TaskAnswers
{
    /// <param name="suite">The rows; answers come in their order.</param>
    /// <param name="maxNewTokens">Longest written answer.</param>
    /// <param name="progress">Told how many rows are done.</param>
    /// <exception cref="WorkerFailureException">The model cannot be asked what a row asks.</exception>
    public static IReadOnlyList<Answer> To(TaskModel subject, SuiteRows suite, int maxNewTokens, Action<int> progress, CancellationToken cancellation) => subject switch
    {
        CausalTask causal => WrittenAnswers.To(causal, suite, maxNewTokens, progress, cancellation),
        ClassificationTask classifier => ClassAnswers.To(classifier, suite, progress, cancellation),
        QuestionAnsweringTask answering => FoundAnswers.To(answering, suite, progress, cancellation),
        SpeechRecognitionTask speech => Transcripts.Of(speech, suite, progress, cancellation),
        _ => throw new NotSupportedException($"{subject.GetType().Name} answers nothing."),
    };
}
