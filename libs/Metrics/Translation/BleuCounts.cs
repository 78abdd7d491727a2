using Platform.Metrics.Text;

namespace Platform.Metrics.Translation;

/// <summary>What BLEU counts in a sentence or, summed, in a corpus.</summary>
/// <param name="Matches">Of 1-grams, 2-grams, …: those of the hypothesis that some reference has, each at most as often as there.</param>
/// <param name="Totals">The n-grams of the hypothesis.</param>
/// <param name="HypothesisLength">In tokens.</param>
/// <param name="ReferenceLength">Of the reference whose length is nearest, the shorter of two.</param>
public sealed record BleuCounts(double[] Matches, double[] Totals, long HypothesisLength, long ReferenceLength)
{
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static BleuCounts Of(IReadOnlyList<string> hypothesis, IReadOnlyList<IReadOnlyList<string>> references, int order)
    {
        if (references.Count == 0) throw new ArgumentException("references is empty; BLEU needs at least one.", nameof(references));
        var (matches, totals) = (new double[order], new double[order]);
        for (var n = 1; n <= order; n++)
        {
            var (mine, theirs) = (new NGramCounts(hypothesis, n), new NGramCounts());
            foreach (var reference in references) theirs.RaiseTo(new NGramCounts(reference, n));
            (matches[n - 1], totals[n - 1]) = (mine.Shared(theirs), mine.Total);
        }

        var nearest = references.Select(reference => reference.Count).MinBy(length => (Math.Abs(length - hypothesis.Count), length));
        return new BleuCounts(matches, totals, hypothesis.Count, nearest);
    }

    public static BleuCounts Sum(IReadOnlyList<BleuCounts> sentences) => new(
        [.. sentences[0].Matches.Select((_, n) => sentences.Sum(counts => counts.Matches[n]))],
        [.. sentences[0].Totals.Select((_, n) => sentences.Sum(counts => counts.Totals[n]))],
        sentences.Sum(counts => counts.HypothesisLength),
        sentences.Sum(counts => counts.ReferenceLength));

    /// <summary>exp(1 − reference / hypothesis) if the hypothesis is shorter, else 1.</summary>
    public double BrevityPenalty => HypothesisLength >= ReferenceLength ? 1 : HypothesisLength == 0 ? 0 : Math.Exp(1 - (ReferenceLength / (double)HypothesisLength));
}
