using Platform.Metrics.Text;

namespace Platform.Metrics.Translation;

/// <summary>
/// chrF_β = (1 + β²) · P · R / (β² · P + R) of character n-grams, precision and recall averaged over the orders (Popović 2015), with word
/// n-grams chrF++ (Popović 2017). Differs from the papers, as sacrebleu does: orders that a text is too short for are left out; with several
/// references the best counts.
/// </summary>
public sealed class Chrf
{
    private const double Least = 1e-16;

    public int CharacterOrder { get; init; } = 6;

    /// <summary>0: chrF; 2: chrF++.</summary>
    public int WordOrder { get; init; }

    /// <summary>How many times as much recall weighs as precision.</summary>
    public double Beta { get; init; } = 2;

    public bool LowerCase { get; init; }

    /// <summary>Whether characters include white space.</summary>
    public bool KeepsSpace { get; init; }

    /// <summary>The mean of the orders' F with all orders, as the script <c>chrF++.py</c>.</summary>
    public bool CountsEmptyOrders { get; init; }

    /// <summary>Between 0 and 100.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, are empty, or a hypothesis has no reference.</exception>
    public double Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairs.Check(hypotheses.Count, references.Count);
        var sum = new OrderCounts[CharacterOrder + WordOrder];
        foreach (var (hypothesis, its) in hypotheses.Zip(references))
            foreach (var (order, counts) in Best(hypothesis, its).Index()) sum[order] += counts;
        return Score(sum);
    }

    /// <summary>Between 0 and 100.</summary>
    public double Sentence(string hypothesis, IReadOnlyList<string> references) => Score(Best(hypothesis, references));

    private OrderCounts[] Best(string hypothesis, IReadOnlyList<string> references)
    {
        if (references.Count == 0) throw new ArgumentException("references is empty; chrF needs at least one.", nameof(references));
        var mine = Count(hypothesis);
        return references.Select(reference => Compare(mine, Count(reference))).MaxBy(Score)!;
    }

    private List<NGramCounts> Count(string text)
    {
        if (LowerCase) text = PythonText.Lower(text);
        var characters = PythonText.Characters(KeepsSpace ? text : string.Concat(PythonText.Words(text)));
        var words = PythonText.Words(text).SelectMany(SplitPunctuation).ToList();
        return [.. Enumerable.Range(1, CharacterOrder).Select(n => new NGramCounts(characters, n)), .. Enumerable.Range(1, WordOrder).Select(n => new NGramCounts(words, n))];
    }

    private static IEnumerable<string> SplitPunctuation(string word)
    {
        if (PythonText.CodePoints(word) == 1) return [word];
        if (PythonText.Punctuation.Contains(word[^1])) return [word[..^1], word[^1..]];
        return PythonText.Punctuation.Contains(word[0]) ? [word[..1], word[1..]] : [word];
    }

    private static OrderCounts[] Compare(List<NGramCounts> mine, List<NGramCounts> theirs) =>
        [.. mine.Zip(theirs, (left, right) => new OrderCounts(right.Total > 0 ? left.Total : 0, right.Total, left.Shared(right)))];

    private double Score(OrderCounts[] orders)
    {
        var weight = Beta * Beta;
        double sum = 0, precisions = 0, recalls = 0;
        var counted = 0;
        foreach (var (mine, theirs, shared) in orders)
        {
            var precision = mine > 0 ? shared / (double)mine : Least;
            var recall = theirs > 0 ? shared / (double)theirs : Least;
            var below = (weight * precision) + recall;
            sum += below > 0 ? (1 + weight) * precision * recall / below : Least;
            if (mine == 0 || theirs == 0) continue;
            (precisions, recalls, counted) = (precisions + precision, recalls + recall, counted + 1);
        }

        if (CountsEmptyOrders) return 100 * sum / orders.Length;
        if (counted == 0 || precisions + recalls == 0) return 0;
        (precisions, recalls) = (precisions / counted, recalls / counted);
        return 100 * (1 + weight) * precisions * recalls / ((weight * precisions) + recalls);
    }

    /// <summary>n-grams of one order on both sides and those that both have.</summary>
    private readonly record struct OrderCounts(long Mine, long Theirs, long Shared)
    {
        public static OrderCounts operator +(OrderCounts left, OrderCounts right) => new(left.Mine + right.Mine, left.Theirs + right.Theirs, left.Shared + right.Shared);
    }
}
