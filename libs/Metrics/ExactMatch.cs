using System.Text.RegularExpressions;
using Platform.Metrics.Text;

namespace Platform.Metrics;

/// <summary>The share of predictions that equal their reference.</summary>
public static class ExactMatch
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <summary>Between 0 and 1.</summary>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public static double Score(IReadOnlyList<string> predictions, IReadOnlyList<string> references, ExactMatchOptions? options = null)
    {
        Pairs.Check(predictions.Count, references.Count);
        options ??= new ExactMatchOptions();
        return predictions.Zip(references).Count(pair => IsMatch(pair.First, pair.Second, options)) / (double)predictions.Count;
    }

    /// <summary>Whether one prediction equals its reference, apart from what the options overlook.</summary>
    public static bool IsMatch(string prediction, string reference, ExactMatchOptions options) => Clean(prediction, options) == Clean(reference, options);

    private static string Clean(string text, ExactMatchOptions options)
    {
        foreach (var pattern in options.RegexesToIgnore) text = Regex.Replace(text, pattern, "", RegexOptions.CultureInvariant, LongestMatch);
        if (options.IgnoreCase) text = text.ToLowerInvariant();
        if (options.IgnorePunctuation) text = string.Concat(text.Where(character => !PythonText.Punctuation.Contains(character)));
        if (options.IgnoreNumbers) text = string.Concat(text.Where(character => !char.IsAsciiDigit(character)));
        return options.IgnoreSurroundingSpace ? text.Trim() : text;
    }
}
