using Platform.Metrics.Summaries;
using Platform.Metrics.Text;

namespace Platform.Metrics.Translation;

/// <summary>
/// METEOR (Lavie and Agarwal, 2007): F = P·R / (α·P + (1 − α)·R) of words matched exactly, then by stem, times 1 − γ·(chunks / matches)^β
/// where a chunk is a run of matches adjacent on both sides. Differs from the paper: no synonyms, and words are matched greedily from the
/// ends instead of with the fewest crossings, as NLTK does.
/// </summary>
public sealed class Meteor
{
    /// <summary>Weight of precision.</summary>
    public double Alpha { get; init; } = 0.9;

    /// <summary>How steeply scattered matches are punished.</summary>
    public double Beta { get; init; } = 3;

    /// <summary>The largest punishment.</summary>
    public double Gamma { get; init; } = 0.5;

    /// <summary>Between 0 and 1; words are split at white space and lower-cased.</summary>
    public double Score(string prediction, string reference)
    {
        var (mine, theirs) = (Words(prediction), Words(reference));
        var (predicted, expected) = (mine.Count, theirs.Count);
        List<(int Mine, int Theirs)> matches = [.. Match(mine, theirs)];
        matches.AddRange(Match(Stems(mine), Stems(theirs)));
        if (matches.Count == 0) return 0;

        matches.Sort();
        var (precision, recall) = (matches.Count / (double)predicted, matches.Count / (double)expected);
        var mean = precision * recall / ((Alpha * precision) + ((1 - Alpha) * recall));
        var chunks = 1 + matches.Zip(matches.Skip(1)).Count(pair => pair.Second != (pair.First.Mine + 1, pair.First.Theirs + 1));
        return mean * (1 - (Gamma * Math.Pow(chunks / (double)matches.Count, Beta)));
    }

    private static List<(int Place, string Word)> Words(string text) => [.. PythonText.Words(PythonText.Lower(text)).Index()];

    private static List<(int Place, string Word)> Stems(IEnumerable<(int Place, string Word)> words) => [.. words.Select(word => (word.Place, PorterStemmer.Stem(word.Word)))];

    // Takes what it matches out of both lists.
    private static IEnumerable<(int Mine, int Theirs)> Match(List<(int Place, string Word)> mine, List<(int Place, string Word)> theirs)
    {
        for (var i = mine.Count - 1; i >= 0; i--)
        {
            var word = mine[i];
            var other = theirs.FindLastIndex(candidate => candidate.Word == word.Word);
            if (other < 0) continue;
            yield return (word.Place, theirs[other].Place);
            mine.RemoveAt(i);
            theirs.RemoveAt(other);
        }
    }
}
