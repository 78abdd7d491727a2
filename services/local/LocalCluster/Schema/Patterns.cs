using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Platform.LocalCluster.Schema;

/// <summary>
/// Regular expressions in RE2's syntax. They take time linear in the text, as RE2 does, so none needs a limit by the clock, which would refuse
/// good values on a busy machine. What is used once is used for every object, so they are kept.
/// </summary>
internal static class Patterns
{
    /// <summary>Rules may make patterns out of values: then all are forgotten now and again.</summary>
    private const int MostKept = 1000;

    private static readonly ConcurrentDictionary<string, Regex> Kept = new();
    private static readonly Regex DollarAtTheEnd = new(@"(?<!\\)\$(?=$|\||\))", RegexOptions.CultureInvariant);

    /// <summary>Throws <see cref="ArgumentException"/> when the text is no pattern, or has what RE2 does not have either (lookaround, back references).</summary>
    public static Regex Compile(string pattern)
    {
        if (Kept.TryGetValue(pattern, out var known)) return known;
        var translated = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
        // In RE2 "$" matches only at the very end of the text; .NET's would also match before a final line break.
        translated = DollarAtTheEnd.Replace(translated, "\\z");
        try
        {
            var compiled = new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            if (Kept.Count >= MostKept) Kept.Clear();
            return Kept[pattern] = compiled;
        }
        catch (NotSupportedException unsupported)
        {
            throw new ArgumentException(unsupported.Message, unsupported);
        }
    }
}
