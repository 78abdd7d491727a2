using System.Text.RegularExpressions;

namespace Platform.Metrics.Translation;

/// <summary>
/// How TER prepares text. Differs from sacrebleu's Tercom tokenizer: none; its rules for kana run only for a whole line of one kana script,
/// where they add blanks at the ends alone, and are left out.
/// </summary>
internal static partial class TerText
{
    public static string SplitWestern(string text)
    {
        var line = BleuTokenizers.Unescaped(text.Replace("\n-", "", StringComparison.Ordinal).Replace('\n', ' '));
        line = BleuTokenizers.SplitSymbols($" {line} ").Replace("'s ", " 's ", StringComparison.Ordinal);
        return BleuTokenizers.SplitNumbers(line);
    }

    public static string SplitAsian(string text) => FullWidth().Replace(AsianStops().Replace(Ideographs().Replace(text, " $0 "), " $0 "), " $0 ");

    public static string WithoutPunctuation(string text, bool asian)
    {
        text = Stops().Replace(text, "");
        return asian ? FullWidth().Replace(AsianStops().Replace(text, ""), "") : text;
    }

    [GeneratedRegex(@"[\u4e00-\u9fff\u3400-\u4dbf\u31c0-\u31ef\u2e80-\u2eff\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f\u3200-\u3f22]", RegexOptions.CultureInvariant)]
    private static partial Regex Ideographs();

    [GeneratedRegex(@"[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb]", RegexOptions.CultureInvariant)]
    private static partial Regex AsianStops();

    [GeneratedRegex(@"[\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]", RegexOptions.CultureInvariant)]
    private static partial Regex FullWidth();

    [GeneratedRegex("[.,?:;!\"()]", RegexOptions.CultureInvariant)]
    private static partial Regex Stops();
}
