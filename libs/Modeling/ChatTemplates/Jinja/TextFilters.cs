using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Filters on text.</summary>
internal static partial class TextFilters
{
    public static readonly Dictionary<string, Filter> All = new()
    {
        ["upper"] = (value, _) => StringMethods.Upper(PythonText.Show(value)),
        ["lower"] = (value, _) => PythonText.Show(value).ToLowerInvariant(),
        ["capitalize"] = (value, _) => StringMethods.Capitalize(PythonText.Show(value)),
        ["title"] = (value, _) => Words().Replace(PythonText.Show(value), match => StringMethods.Capitalize(match.Value)),
        ["trim"] = (value, arguments) => StringMethods.Strip(PythonText.Show(value), arguments.Get(0, "chars"), left: true, right: true),
        ["string"] = (value, _) => PythonText.Show(value),
        ["safe"] = (value, _) => PythonText.Show(value),
        ["replace"] = (value, arguments) => StringMethods.Replace(
            PythonText.Show(value), PythonText.Show(arguments.Get(0, "old")), PythonText.Show(arguments.Get(1, "new")), arguments.Get(2, "count") is { } count ? PythonNumbers.Small(count) : -1),
        ["wordcount"] = (value, _) => new BigInteger(WordCharacters().Count(PythonText.Show(value))),
        ["center"] = (value, arguments) => Center(PythonText.Show(value), PythonNumbers.Small(arguments.Get(0, "width", new BigInteger(80)))),
        ["indent"] = Indent,
        ["truncate"] = Truncate,
        ["format"] = (value, arguments) => PercentFormat.Format(PythonText.Show(value), new PythonList(arguments.Positional, isTuple: true)),
        ["escape"] = (value, _) => Escape(PythonText.Show(value)),
        ["e"] = (value, _) => Escape(PythonText.Show(value)),
        ["forceescape"] = (value, _) => Escape(PythonText.Show(value)),
        ["urlencode"] = (value, _) => value is PythonDict dict
            ? string.Join('&', dict.Entries.Select(entry => $"{UrlEncode(PythonText.Show(entry.Key), "", "+")}={UrlEncode(PythonText.Show(entry.Value), "", "+")}"))
            : UrlEncode(PythonText.Show(value), "/", "%20"),
        ["striptags"] = (value, _) => string.Join(' ', Tags().Replace(PythonText.Show(value), "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        ["tojson"] = ToJson,
    };

    [GeneratedRegex(@"[^\s\-({\[<]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex WordCharacters();

    [GeneratedRegex(@"<!--.*?-->|<[^>]*>", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Tags();

    private static string Center(string text, int width)
    {
        var missing = Math.Min(width, 1_000_000) - Operations.Length(text);
        if (missing <= 0) return text;
        var left = (missing / 2) + (missing & width & 1);
        return new string(' ', left) + text + new string(' ', missing - left);
    }

    private static object? Indent(object? value, CallArguments arguments)
    {
        var width = arguments.Get(0, "width", new BigInteger(4));
        var indention = width is string text ? text : new string(' ', Math.Clamp(PythonNumbers.Small(width), 0, 10_000));
        var first = Operations.IsTrue(arguments.Get(1, "first"));
        var blank = Operations.IsTrue(arguments.Get(2, "blank"));
        var lines = PythonText.Show(value).Split('\n');
        return Sizes.Join("\n", lines.Select((line, index) => index == 0 ? (first ? indention + line : line) : line.Length > 0 || blank ? indention + line : line));
    }

    private static object? Truncate(object? value, CallArguments arguments)
    {
        const int leewayByDefault = 5;
        var text = PythonText.Show(value);
        var length = PythonNumbers.Small(arguments.Get(0, "length", new BigInteger(255)));
        var end = PythonText.Show(arguments.Get(2, "end", "..."));
        var leeway = arguments.Get(3, "leeway") is { } given ? PythonNumbers.Small(given) : leewayByDefault;
        if (Operations.Length(text) <= length + leeway) return text;
        var cut = (string)Access.Slice(text, null, new BigInteger(Math.Max(0, length - end.Length)), null)!;
        if (Operations.IsTrue(arguments.Get(1, "killwords"))) return cut + end;
        var space = cut.LastIndexOf(' ');
        return (space < 0 ? cut : cut[..space]) + end;
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);

    private static string UrlEncode(string text, string alsoSafe, string space)
    {
        var encoded = new StringBuilder();
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(text))
        {
            var character = (char)value;
            if (char.IsAsciiLetterOrDigit(character) || "_.-~".Contains(character) || alsoSafe.Contains(character)) encoded.Append(character);
            else if (character == ' ') encoded.Append(space);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return encoded.ToString();
    }

    private static object? ToJson(object? value, CallArguments arguments)
    {
        var indent = arguments.Get(1, "indent") switch
        {
            null => null,
            string text => text,
            var width => new string(' ', Math.Clamp(PythonNumbers.Small(width), 0, 100)),
        };
        var separators = arguments.Get(2, "separators") as PythonList;
        return PythonJson.Write(value, new PythonJson.Style(
            indent,
            Operations.IsTrue(arguments.Get(0, "ensure_ascii")),
            Operations.IsTrue(arguments.Get(3, "sort_keys")),
            separators is null ? indent is null ? ", " : "," : PythonText.Show(separators.Items[0]),
            separators is null ? ": " : PythonText.Show(separators.Items[1])));
    }
}
