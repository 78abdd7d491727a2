using System.Globalization;

namespace Platform.Metrics;

/// <summary>What a metric's values are, as its reference library gives them.</summary>
public enum MetricScale
{
    /// <summary>Parts of one, for people in percent.</summary>
    Share,

    /// <summary>In percent already.</summary>
    Percent,

    /// <summary>Neither: a correlation, an error in the unit of what is measured, a perplexity.</summary>
    Number,
}

/// <summary>The scale of each metric that a suite can ask for.</summary>
public static class MetricScales
{
    private static readonly HashSet<string> Percents = new(StringComparer.Ordinal)
    {
        "squad_exact_match", "squad_f1", "squad_v2_exact_match", "squad_v2_f1", "bleu", "bleu_zh", "chrf", "chrf++", "ter",
    };

    private static readonly HashSet<string> Numbers = new(StringComparer.Ordinal)
    {
        "perplexity", "cohen_kappa", "matthews_correlation", "mean_absolute_error", "mean_squared_error", "pearson", "r2", "spearman",
    };

    public static MetricScale Of(string metric) => Percents.Contains(metric) ? MetricScale.Percent : Numbers.Contains(metric) ? MetricScale.Number : MetricScale.Share;

    /// <summary>A value for people: <c>63.3 %</c> or <c>1.552</c>.</summary>
    public static string Text(string metric, double value) => Of(metric) switch
    {
        MetricScale.Share => value.ToString("0.0 %", CultureInfo.InvariantCulture),
        MetricScale.Percent => value.ToString("0.0' %'", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
