using Platform.Metrics.Text;

namespace Platform.Metrics.Summaries;

/// <summary>Splits text into the tokens that ROUGE counts.</summary>
public delegate IReadOnlyList<string> RougeTokens(string text);

/// <summary>The ways to split.</summary>
public static class RougeTokenizers
{
    /// <summary>Runs of a–z and 0–9 of the lower-cased text; every other script is dropped, as in google-research's <c>rouge_score</c>.</summary>
    public static RougeTokens Words { get; } = text => Runs(text);

    /// <summary>The same with words of more than three letters reduced to their Porter stem.</summary>
    public static RougeTokens Stems { get; } = text => [.. Runs(text).Select(word => word.Length > 3 ? PorterStemmer.Stem(word) : word)];

    /// <summary>Every code point that is no white space: for Chinese and Japanese.</summary>
    public static RougeTokens Characters { get; } = text => [.. PythonText.Characters(PythonText.Lower(text)).Where(character => !PythonText.IsSpace(character[0]))];

    private static List<string> Runs(string text)
    {
        var plain = string.Concat(PythonText.Lower(text).Select(character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? character : ' '));
        return PythonText.Words(plain);
    }
}
