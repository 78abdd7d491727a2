namespace Platform.Evaluation.Worker;

/// <summary>The metrics a suite can ask for.</summary>
internal static class MetricNames
{
    public const string ExactMatch = "exact_match";
    public const string TokenAccuracy = "token_accuracy";
    public const string Perplexity = "perplexity";

    public static IReadOnlyList<string> All { get; } = [ExactMatch, Perplexity, TokenAccuracy];
}
