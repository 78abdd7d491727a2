using System.Text.RegularExpressions;
using Platform.Metrics.Text;

namespace Platform.Metrics.Transcripts;

/// <summary>
/// Of transcripts: WER and CER = (S + D + I) / N, MER = (S + D + I) / (H + S + D + I), WIP = H/N · H/P, WIL = 1 − WIP with N reference and
/// P hypothesis tokens (Morris, Maier and Green, "From WER and RIL to MER and WIL", 2004). Differs from jiwer 4: none. Nothing is lower-cased;
/// words are split at blanks only; characters are code points, blanks among them.
/// </summary>
public sealed partial class ErrorRates
{
    private readonly Func<string, IReadOnlyList<string>> _split;

    private ErrorRates(Func<string, IReadOnlyList<string>> split) => _split = split;

    /// <summary>By words.</summary>
    public static ErrorRates OfWords => new(text => PythonText.Trim(Spaces().Replace(text, " ")).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>By characters.</summary>
    public static ErrorRates OfCharacters => new(text => PythonText.Characters(PythonText.Trim(text)));

    /// <summary>Summed over all transcripts.</summary>
    public Edits Edits { get; private set; }

    /// <summary>May exceed 1; NaN while the references have no tokens.</summary>
    public double ErrorRate => Edits.Errors / (double)Edits.Reference;

    /// <summary>Between 0 and 1.</summary>
    public double MatchErrorRate => Edits.Errors / (double)(Edits.Hits + Edits.Errors);

    /// <summary>Between 0 and 1; 0 while the hypotheses have no tokens.</summary>
    public double InformationPreserved => Edits.Hypothesis == 0 ? 0 : Edits.Hits / (double)Edits.Reference * (Edits.Hits / (double)Edits.Hypothesis);

    public double InformationLost => 1 - InformationPreserved;

    /// <summary>Counts one transcript more.</summary>
    /// <returns>its own edits</returns>
    public Edits Add(string hypothesis, string reference)
    {
        var edits = Edits.Between(_split(reference), _split(hypothesis));
        Edits += edits;
        return edits;
    }

    /// <summary>Counts many transcripts.</summary>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public ErrorRates Add(IReadOnlyList<string> hypotheses, IReadOnlyList<string> references)
    {
        Pairs.Check(hypotheses.Count, references.Count);
        for (var i = 0; i < references.Count; i++) Add(hypotheses[i], references[i]);
        return this;
    }

    [GeneratedRegex(@"\s\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
