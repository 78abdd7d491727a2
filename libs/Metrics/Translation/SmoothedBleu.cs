namespace Platform.Metrics.Translation;

/// <summary>
/// BLEU of ready tokens between 0 and 1 with the smoothings that Chen and Cherry number (2014): 0 none; 1 adds ε to a count of 0; 2 adds 1
/// above order 1; 3 halves, quarters, …; 4 the same, weaker for short sentences; 5 averages neighbouring orders; 7 is 4, then 5.
/// Differs from the paper, as NLTK does: a precision of no n-grams has denominator 1; without a shared word the score is 0.
/// </summary>
public sealed class SmoothedBleu
{
    private const int Order = 4;
    private const double Epsilon = 0.1;
    private const double K = 5;
    private readonly int _method;

    /// <exception cref="ArgumentOutOfRangeException">There is no such method.</exception>
    public SmoothedBleu(int method) => _method = method is (>= 0 and <= 5) or 7 ? method : throw new ArgumentOutOfRangeException(nameof(method), method, "method must be 0, 1, 2, 3, 4, 5 or 7.");

    public double Sentence(IReadOnlyList<string> hypothesis, IReadOnlyList<IReadOnlyList<string>> references) => Score([BleuCounts.Of(hypothesis, references, Order + 1)]);

    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public double Corpus(IReadOnlyList<IReadOnlyList<string>> hypotheses, IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> references)
    {
        Pairs.Check(hypotheses.Count, references.Count);
        return Score([.. hypotheses.Zip(references, (hypothesis, its) => BleuCounts.Of(hypothesis, its, Order + 1))]);
    }

    private double Score(IReadOnlyList<BleuCounts> sentences)
    {
        // Every sentence counts at least one n-gram of each order.
        var counts = BleuCounts.Sum([.. sentences.Select(sentence => sentence with { Totals = [.. sentence.Totals.Select(total => Math.Max(1, total))] })]);
        if (counts.Matches[0] == 0) return 0;
        double[] precisions = [.. counts.Matches.Zip(counts.Totals, (match, total) => match / total).Take(Order)];
        if (_method is 1) Replace(precisions, counts, _ => Epsilon);
        if (_method is 2) for (var n = 1; n < Order; n++) precisions[n] = (counts.Matches[n] + 1) / (counts.Totals[n] + 1);
        if (_method is 3) Replace(precisions, counts, nth => Math.Pow(2, -nth));
        if (_method is 4 or 7 && counts.HypothesisLength > 1) Replace(precisions, counts, nth => Math.Log(counts.HypothesisLength) / (Math.Pow(2, nth) * K));
        if (_method is 5 or 7) Smooth(precisions, counts.Matches[Order] / counts.Totals[Order]);
        return precisions.Any(precision => precision == 0) ? 0 : counts.BrevityPenalty * Math.Exp(precisions.Average(Math.Log));
    }

    // nth counts the orders without a match from 1.
    private static void Replace(double[] precisions, BleuCounts counts, Func<int, double> matches)
    {
        var nth = 0;
        for (var n = 0; n < Order; n++)
            if (counts.Matches[n] == 0) precisions[n] = matches(++nth) / counts.Totals[n];
    }

    private static void Smooth(double[] precisions, double next)
    {
        var before = precisions[0] + 1;
        for (var n = 0; n < Order; n++) before = precisions[n] = (before + precisions[n] + (n + 1 < Order ? precisions[n + 1] : next)) / 3;
    }
}
