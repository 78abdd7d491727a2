namespace Platform.Metrics;

/// <summary>Which metrics an evaluation suite can ask for: the rows' format decides what a model answers, and so what can be said of the answers.</summary>
public static class FormatMetrics
{
    /// <summary>How well a causal model predicts tokens, given the right ones before.</summary>
    private static readonly string[] OfTokens = ["perplexity", "token_accuracy"];

    private static readonly string[] OfClasses =
    [
        "accuracy", "balanced_accuracy", "cohen_kappa", "f1_macro", "f1_micro", "f1_weighted", "matthews_correlation", "precision_macro", "precision_micro", "precision_weighted",
        "recall_macro", "recall_micro", "recall_weighted",
    ];

    private static readonly string[] OfNumbers = ["mean_absolute_error", "mean_squared_error", "pearson", "r2", "spearman"];

    private static readonly string[] OfTranscripts = ["bleu", "bleu_zh", "cer", "chrf", "chrf++", "exact_match", "wer"];

    private static readonly string[] OfQuestions = ["squad_exact_match", "squad_f1", "squad_v2_exact_match", "squad_v2_f1"];

    /// <summary>Written answers can be compared with everything that compares texts; those with numbers only would fail on every other text.</summary>
    private static readonly string[] OfAnswers = [.. MetricCatalog.Names.Except(OfNumbers)];

    private static readonly Dictionary<string, IReadOnlyList<string>> ByFormat = new(StringComparer.Ordinal)
    {
        ["prompt-completion"] = Sorted(OfTokens, OfAnswers),
        ["chat"] = Sorted(OfTokens, OfAnswers),
        ["alpaca"] = Sorted(OfTokens, OfAnswers),
        ["sharegpt"] = Sorted(OfTokens, OfAnswers),
        ["text"] = OfTokens,
        ["classification"] = Sorted(OfClasses, OfNumbers),
        ["multi-label-classification"] = MultilabelMetrics.Names,
        ["squad"] = OfQuestions,
        ["audio"] = OfTranscripts,
    };

    /// <summary>Every metric that some format has, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = Sorted([.. ByFormat.Values.SelectMany(names => names)]);

    /// <summary>In alphabetical order; none for a format that nothing is measured on.</summary>
    public static IReadOnlyList<string> Of(string format) => ByFormat.GetValueOrDefault(format, []);

    private static List<string> Sorted(params IEnumerable<string>[] names) => [.. names.SelectMany(some => some).Distinct().Order(StringComparer.Ordinal)];
}
