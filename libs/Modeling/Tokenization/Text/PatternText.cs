using System.Globalization;
using System.Text;

namespace Platform.Modeling.Tokenization.Text;

/// <summary>
/// .NET's regular expressions see UTF-16 units: <c>\p{L}</c> does not match a letter beyond U+FFFF. Patterns therefore run over a
/// text in which each such code point is replaced by one rare character below U+10000 of the same general category, which
/// also makes an index into that text an index of code points.
/// </summary>
internal static class PatternText
{
    private const char RareHanIdeograph = '\u9FFC'; // beyond U+9FA5, where patterns' ranges of ideographs end

    public static char[] Of(ReadOnlySpan<int> points)
    {
        var proxies = new char[points.Length];
        for (var i = 0; i < points.Length; i++) proxies[i] = points[i] < 0x10000 ? (char)points[i] : ProxyOf(points[i]);
        return proxies;
    }

    private static char ProxyOf(int point)
    {
        if (UnicodeScripts.IsHan(point)) return RareHanIdeograph;
        return Rune.GetUnicodeCategory(new Rune(point)) switch
        {
            UnicodeCategory.UppercaseLetter => '\uA640',
            UnicodeCategory.LowercaseLetter => '\uA641',
            UnicodeCategory.TitlecaseLetter => '\u1F88',
            UnicodeCategory.ModifierLetter => '\uA015',
            UnicodeCategory.OtherLetter => '\uA000',
            UnicodeCategory.NonSpacingMark => '\uA66F',
            UnicodeCategory.SpacingCombiningMark => '\uA823',
            UnicodeCategory.EnclosingMark => '\uA670',
            UnicodeCategory.DecimalDigitNumber => '\uA620',
            UnicodeCategory.LetterNumber => '\uA6E6',
            UnicodeCategory.OtherNumber => '\uA830',
            UnicodeCategory.ConnectorPunctuation => '\uFE33',
            UnicodeCategory.DashPunctuation => '\uFE31',
            UnicodeCategory.OpenPunctuation => '\uFE35',
            UnicodeCategory.ClosePunctuation => '\uFE36',
            UnicodeCategory.InitialQuotePunctuation => '\u2E02',
            UnicodeCategory.FinalQuotePunctuation => '\u2E03',
            UnicodeCategory.OtherPunctuation => '\uA60D',
            UnicodeCategory.MathSymbol => '\u2A00',
            UnicodeCategory.CurrencySymbol => '\uA838',
            UnicodeCategory.ModifierSymbol => '\uA700',
            UnicodeCategory.OtherSymbol => '\uA490',
            UnicodeCategory.Format => '\uFFF9',
            UnicodeCategory.PrivateUse => '\uE000',
            _ => '\u2FE0',
        };
    }
}
