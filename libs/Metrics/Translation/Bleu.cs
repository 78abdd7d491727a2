using Platform.Metrics.Text;

namespace Platform.Metrics.Translation;

/// <summary>
/// BLEU = BP · exp(Σ ln p_n / N), the geometric mean of the n-gram precisions times the brevity penalty (Papineni et al. 2002), as sacrebleu
/// computes it (Post, "A call for clarity in reporting BLEU scores", 2018, https://arxiv.org/abs/1804.08771). Differs from the paper: smoothing
/// as asked; the nearest reference length of two equally near is the shorter; sentences average over the orders they are long enough for.
/// </summary>
public sealed class Bleu
{
    /// <summary>One of <see cref="BleuTokenizers"/>.</summary>
    public string Tokenizer { get; init; } = "13a";

    public BleuSmoothing Smoothing { get; init; } = BleuSmoothing.Exponential;

    /// <summary>The longest n-grams.</summary>
    public int Order { get; init; } = 4;

    public bool LowerCase { get; init; }

    /// <param name="references">Every hypothesis' references.</param>
    /// <exception cref="ArgumentException">The lists differ in length, are empty, or a hypothesis has no reference.</exception>
    public BleuScore Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairs.Check(hypotheses.Count, references.Count);
        return Score(BleuCounts.Sum([.. hypotheses.Zip(references, Count)]), effectiveOrder: false);
    }

    public BleuScore Sentence(string hypothesis, IReadOnlyList<string> references) => Score(Count(hypothesis, references), effectiveOrder: true);

    private BleuCounts Count(string hypothesis, IReadOnlyList<string> references) => BleuCounts.Of(Tokens(hypothesis), [.. references.Select(Tokens)], Order);

    private List<string> Tokens(string text) => PythonText.Words(BleuTokenizers.Named(Tokenizer)(PythonText.TrimEnd(LowerCase ? PythonText.Lower(text) : text)));

    private BleuScore Score(BleuCounts counts, bool effectiveOrder)
    {
        var (matches, totals, precisions) = ((double[])counts.Matches.Clone(), (double[])counts.Totals.Clone(), new double[Order]);
        if (matches.All(count => count == 0)) return new BleuScore(0, precisions, counts);

        var (orders, halves) = (Order, 1.0);
        for (var n = 0; n < Order; n++)
        {
            if (Smoothing.Name == "add-k" && n > 0) (matches[n], totals[n]) = (matches[n] + Smoothing.Value, totals[n] + Smoothing.Value);
            if (totals[n] == 0) break;
            if (effectiveOrder) orders = n + 1;
            if (matches[n] == 0 && Smoothing.Name == "exp") precisions[n] = 100 / ((halves *= 2) * totals[n]);
            else precisions[n] = 100 * (matches[n] == 0 && Smoothing.Name == "floor" ? Smoothing.Value : matches[n]) / totals[n];
        }

        var mean = precisions.Take(orders).Any(precision => precision == 0) ? 0 : Math.Exp(precisions.Take(orders).Average(Math.Log));
        return new BleuScore(counts.BrevityPenalty * mean, precisions, counts with { Matches = matches, Totals = totals });
    }
}

/// <summary>BLEU between 0 and 100.</summary>
/// <param name="Precisions">Of 1-grams, 2-grams, …, in percent, smoothed.</param>
/// <param name="Counts">With what smoothing added.</param>
public sealed record BleuScore(double Score, IReadOnlyList<double> Precisions, BleuCounts Counts);
