using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Metrics.Text;

namespace Platform.Metrics.Translation;

/// <summary>How sacrebleu splits text before BLEU counts it, by name. Differs from sacrebleu: none; <c>zh</c> keeps its range U+2001–U+2A6D.</summary>
public static partial class BleuTokenizers
{
    private static readonly Dictionary<string, Func<string, string>> ByName = new(StringComparer.Ordinal)
    {
        ["13a"] = Mteval13a,
        ["intl"] = International,
        ["zh"] = text => Western(string.Concat(PythonText.Trim(text).Select(character => IsChinese(character) ? $" {character} " : character.ToString()))),
        ["char"] = text => string.Join(' ', PythonText.Characters(text)),
        ["none"] = text => text,
    };

    // U+2001 to U+2A6D: the reference writes five-digit code points where its language reads four.
    private static readonly (char First, char Last)[] ChineseRanges =
    [
        ('\u2001', '\u2a6d'), ('\u2e80', '\u2eff'), ('\u2f00', '\u2fdf'), ('\u2ff0', '\u2fff'), ('\u3000', '\u303f'), ('\u3100', '\u312f'), ('\u31a0', '\u31bf'),
        ('\u31c0', '\u31ef'), ('\u3200', '\u33ff'), ('\u3400', '\u4db5'), ('\u4e00', '\u9fbb'), ('\uf900', '\ufa2d'), ('\ufa30', '\ufa6a'), ('\ufa70', '\ufad9'),
        ('\ufe10', '\ufe1f'), ('\ufe30', '\ufe4f'), ('\uff00', '\uffef'),
    ];

    /// <summary>Text to tokens with blanks between.</summary>
    /// <exception cref="ArgumentException">There is no such tokenizer.</exception>
    public static Func<string, string> Named(string name) => ByName.TryGetValue(name, out var tokenizer)
        ? tokenizer
        : throw new ArgumentException($"There is no BLEU tokenizer '{name}'. Known: {string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal))}.", nameof(name));

    private static string Mteval13a(string text)
    {
        var line = text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
        return Western($" {Unescaped(line)} ");
    }

    internal static string Unescaped(string text) => text
        .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
        .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);

    private static string Western(string text) => string.Join(' ', PythonText.Words(SplitNumbers(SplitSymbols(text))));

    internal static string SplitSymbols(string text) => Symbols().Replace(text, " $1 ");

    /// <summary>Parts full stops and commas from what is no digit, and hyphens from the digit before.</summary>
    internal static string SplitNumbers(string text) =>
        HyphenAfterDigit().Replace(StopBeforeOther().Replace(StopAfterOther().Replace(text, "$1 $2 "), " $1 $2"), "$1 $2 ");

    // Regular expressions of .NET see UTF-16 units; symbols such as emoji need code points.
    private static string International(string text)
    {
        var after = Pairwise([.. text.EnumerateRunes()], (first, second) => !IsNumber(first) && IsPunctuation(second), (first, second) => $"{first} {second} ");
        var before = Pairwise([.. after.EnumerateRunes()], (first, second) => IsPunctuation(first) && !IsNumber(second), (first, second) => $" {first} {second}");
        var split = string.Concat(before.EnumerateRunes().Select(rune => Rune.IsSymbol(rune) ? $" {rune} " : rune.ToString()));
        return string.Join(' ', PythonText.Words(split));
    }

    private static string Pairwise(List<Rune> runes, Func<Rune, Rune, bool> isPair, Func<Rune, Rune, string> replacement)
    {
        var result = new StringBuilder();
        for (var i = 0; i < runes.Count; i++)
        {
            if (i + 1 < runes.Count && isPair(runes[i], runes[i + 1])) result.Append(replacement(runes[i++], runes[i]));
            else result.Append(runes[i]);
        }

        return result.ToString();
    }

    private static bool IsPunctuation(Rune rune) => Rune.IsPunctuation(rune);

    private static bool IsNumber(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private static bool IsChinese(char character) => ChineseRanges.Any(range => character >= range.First && character <= range.Last);

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])", RegexOptions.CultureInvariant)]
    private static partial Regex Symbols();

    [GeneratedRegex(@"([^0-9])([\.,])", RegexOptions.CultureInvariant)]
    private static partial Regex StopAfterOther();

    [GeneratedRegex(@"([\.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex StopBeforeOther();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex HyphenAfterDigit();
}
