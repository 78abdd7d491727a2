using Platform.Metrics;

namespace Platform.Evaluation.Worker;

/// <summary>One number for all answers to a suite.</summary>
internal static class AnswerScores
{
    private const string ExactMatch = "exact_match";

    /// <param name="labels">All labels there are, for answers of several labels.</param>
    /// <exception cref="ArgumentException">The metric cannot be computed from such answers; the message says why.</exception>
    public static double Of(string metric, string format, IReadOnlyList<Answer> answers, IReadOnlyList<string> labels)
    {
        if (metric == ExactMatch) return answers.Count(answer => answer.IsExact) / (double)answers.Count;
        List<IReadOnlyList<string>> references = [.. answers.Select(answer => answer.References)];
        return format == "multi-label-classification"
            ? MultilabelMetrics.Score(metric, [.. answers.Select(answer => answer.Given)], references, labels)
            : MetricCatalog.Named(metric)([.. answers.Select(answer => answer.Text)], references);
    }
}
