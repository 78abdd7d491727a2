using Platform.Metrics.Classification;
using Platform.Metrics.Text;

namespace Platform.Metrics.Summaries;

/// <summary>
/// ROUGE (Lin, "ROUGE: a package for automatic evaluation of summaries", 2004): shared n-grams (N), the longest common subsequence (L), and
/// the union of common subsequences per sentence, a line each (Lsum). Differs from the paper: F weighs precision and recall alike and Lsum
/// counts a token at most as often as both sides have it, as google-research's <c>rouge_score</c>.
/// </summary>
/// <param name="tokens">How texts are split, see <see cref="RougeTokenizers"/>.</param>
public sealed class Rouge(RougeTokens tokens)
{
    /// <summary>ROUGE-N.</summary>
    /// <param name="n">At least 1.</param>
    public PrecisionRecall NGrams(string prediction, string reference, int n)
    {
        if (n < 1) throw new ArgumentOutOfRangeException(nameof(n), n, "n must be at least 1.");
        var (mine, theirs) = (new NGramCounts(tokens(prediction), n), new NGramCounts(tokens(reference), n));
        return Of(mine.Shared(theirs), mine.Total, theirs.Total);
    }

    /// <summary>ROUGE-L.</summary>
    public PrecisionRecall LongestSequence(string prediction, string reference)
    {
        var (mine, theirs) = (tokens(prediction), tokens(reference));
        return Of(Lengths(theirs, mine)[theirs.Count, mine.Count], mine.Count, theirs.Count);
    }

    /// <summary>ROUGE-Lsum.</summary>
    public PrecisionRecall SequencePerSentence(string prediction, string reference)
    {
        var (mine, theirs) = (Sentences(prediction), Sentences(reference));
        var (left, right) = (Counts(mine), Counts(theirs));
        var hits = 0;
        foreach (var token in theirs.SelectMany(sentence => Union(sentence, mine)))
        {
            if (left.GetValueOrDefault(token) == 0 || right.GetValueOrDefault(token) == 0) continue;
            hits++;
            left[token]--;
            right[token]--;
        }

        return Of(hits, mine.Sum(sentence => sentence.Count), theirs.Sum(sentence => sentence.Count));
    }

    private static PrecisionRecall Of(int hits, int mine, int theirs) => PrecisionRecall.Harmonic(hits / (double)Math.Max(mine, 1), hits / (double)Math.Max(theirs, 1));

    private List<IReadOnlyList<string>> Sentences(string text) => [.. text.Split('\n').Where(line => line.Length > 0).Select(line => tokens(line))];

    private static Dictionary<string, int> Counts(IEnumerable<IReadOnlyList<string>> sentences) =>
        sentences.SelectMany(sentence => sentence).GroupBy(token => token).ToDictionary(group => group.Key, group => group.Count());

    // The reference's tokens that lie on its common subsequence with any of the candidates.
    private static IEnumerable<string> Union(IReadOnlyList<string> reference, IEnumerable<IReadOnlyList<string>> candidates)
    {
        var covered = new SortedSet<int>();
        foreach (var candidate in candidates)
        {
            var lengths = Lengths(reference, candidate);
            for (int i = reference.Count, j = candidate.Count; i > 0 && j > 0;)
            {
                if (reference[i - 1] == candidate[j - 1])
                {
                    covered.Add(--i);
                    j--;
                }
                else if (lengths[i, j - 1] > lengths[i - 1, j]) j--;
                else i--;
            }
        }

        return covered.Select(i => reference[i]);
    }

    private static int[,] Lengths(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var lengths = new int[left.Count + 1, right.Count + 1];
        for (var i = 1; i <= left.Count; i++)
            for (var j = 1; j <= right.Count; j++)
                lengths[i, j] = left[i - 1] == right[j - 1] ? lengths[i - 1, j - 1] + 1 : Math.Max(lengths[i - 1, j], lengths[i, j - 1]);
        return lengths;
    }
}
