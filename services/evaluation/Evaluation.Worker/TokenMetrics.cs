namespace Platform.Evaluation.Worker;

/// <summary>The metrics that need no answers, only the probabilities of the right tokens.</summary>
internal static class TokenMetrics
{
    public const string TokenAccuracy = "token_accuracy";
    public const string Perplexity = "perplexity";

    public static IReadOnlyList<string> All { get; } = [Perplexity, TokenAccuracy];
}
