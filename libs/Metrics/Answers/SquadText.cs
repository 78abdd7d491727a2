using System.Text.RegularExpressions;
using Platform.Metrics.Classification;
using Platform.Metrics.Text;

namespace Platform.Metrics.Answers;

/// <summary>
/// Compares answers as SQuAD does (Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250): in lower case, without ASCII punctuation and
/// English articles. Differs from the official script: none; other scripts' punctuation stays, so Chinese text is one word.
/// </summary>
public static partial class SquadText
{
    /// <summary>The answer as it is compared.</summary>
    public static string Normalize(string answer)
    {
        var plain = string.Concat(PythonText.Lower(answer).Where(character => !PythonText.Punctuation.Contains(character)));
        return string.Join(' ', PythonText.Words(Articles().Replace(plain, " ")));
    }

    public static bool IsMatch(string prediction, string answer) => Normalize(prediction) == Normalize(answer);

    /// <summary>F1 over the words, each counted as often as both sides have it.</summary>
    /// <param name="ofNothing">The F1 of two answers of which one or both have no words.</param>
    internal static double F1(string prediction, string answer, Func<string, string, double> ofNothing)
    {
        var (predicted, expected) = (Normalize(prediction), Normalize(answer));
        var (mine, theirs) = (new NGramCounts(PythonText.Words(predicted), 1), new NGramCounts(PythonText.Words(expected), 1));
        if (mine.Total == 0 || theirs.Total == 0) return ofNothing(predicted, expected);
        double shared = mine.Shared(theirs);
        return PrecisionRecall.Harmonic(shared / mine.Total, shared / theirs.Total).F1;
    }

    [GeneratedRegex(@"\b(a|an|the)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Articles();
}
