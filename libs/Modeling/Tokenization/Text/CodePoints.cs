using System.Globalization;
using System.Text;

namespace Platform.Modeling.Tokenization.Text;

/// <summary>Conversions between UTF-16 strings and Unicode code points; half a surrogate pair becomes U+FFFD.</summary>
internal static class CodePoints
{
    public static int[] Of(string text)
    {
        var points = new int[text.Length];
        var count = 0;
        foreach (var rune in text.EnumerateRunes()) points[count++] = rune.Value;
        return count == points.Length ? points : points[..count];
    }

    public static string ToText(ReadOnlySpan<int> points)
    {
        Span<char> chars = points.Length <= 256 ? stackalloc char[points.Length * 2] : new char[points.Length * 2];
        return new string(chars[..Encode(points, chars)]);
    }

    /// <summary>Writes UTF-16 into <paramref name="chars"/>, which holds two per code point; returns how many were written.</summary>
    public static int Encode(ReadOnlySpan<int> points, Span<char> chars)
    {
        var length = 0;
        foreach (var point in points)
        {
            if (point < 0x10000) chars[length++] = (char)point;
            else length += new Rune(point).EncodeToUtf16(chars[length..]);
        }

        return length;
    }

    public static int Utf8Length(int point) => point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

    /// <summary>Unicode's White_Space property.</summary>
    public static bool IsWhiteSpace(int point) => point < 0x10000 && char.IsWhiteSpace((char)point);

    /// <summary>What <c>\w</c> matches in Rust's regular expressions: alphabetic, marks, decimal digits, connectors, join controls.</summary>
    public static bool IsWord(int point)
    {
        if (point < 0x80) return char.IsAsciiLetterOrDigit((char)point) || point == '_';
        return Rune.GetUnicodeCategory(new Rune(point)) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
            || point is 0x200C or 0x200D
                // Symbols that are letters in circles and squares.
                or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
    }
}
