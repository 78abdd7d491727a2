using System.Text;

namespace Platform.Metrics.Text;

/// <summary>Text as the reference libraries see it: characters are code points, white space is what <c>str.split</c> splits at.</summary>
internal static class PythonText
{
    /// <summary><c>string.punctuation</c></summary>
    public const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    // Python counts the four information separators as white space, .NET does not.
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\u001c' and <= '\u001f';

    /// <summary>The runs between white space.</summary>
    public static List<string> Words(string text)
    {
        List<string> words = [];
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && !IsSpace(text[i])) i++;
            if (i > start) words.Add(text[start..i]);
            else i++;
        }

        return words;
    }

    /// <summary>One string per code point.</summary>
    public static List<string> Characters(string text) => [.. text.EnumerateRunes().Select(rune => rune.ToString())];

    public static string Trim(string text) => TrimEnd(text).TrimStart(Spaces);

    public static string TrimEnd(string text) => text.TrimEnd(Spaces);

    public static int CodePoints(string text) => text.EnumerateRunes().Count();

    public static string Lower(string text) => text.ToLowerInvariant();

    private static readonly char[] Spaces = [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(IsSpace)];
}
