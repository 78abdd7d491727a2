using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Cel;

/// <summary>The functions on strings. Positions count characters.</summary>
internal static class CelStrings
{
    public static object? Call(string function, List<object?> a) => (function, a) switch
    {
        ("startsWith", [string x, string y]) => x.StartsWith(y, StringComparison.Ordinal),
        ("endsWith", [string x, string y]) => x.EndsWith(y, StringComparison.Ordinal),
        ("contains", [string x, string y]) => x.Contains(y, StringComparison.Ordinal),
        ("matches", [string x, string y]) => Pattern(y).IsMatch(x),
        ("find", [string x, string y]) => Pattern(y).Match(x) is { Success: true } found ? found.Value : "",
        ("findAll", [string x, string y]) => Pattern(y).Matches(x).Select(m => (object?)m.Value).ToList(),
        ("findAll", [string x, string y, long n]) => Pattern(y).Matches(x).Take((int)n).Select(m => (object?)m.Value).ToList(),
        ("lowerAscii", [string x]) => Ascii(x, char.ToLowerInvariant),
        ("upperAscii", [string x]) => Ascii(x, char.ToUpperInvariant),
        ("trim", [string x]) => x.Trim(),
        ("reverse", [string x]) => string.Concat(x.EnumerateRunes().Reverse()),
        ("replace", [string x, string from, string to]) => from.Length == 0 ? x : x.Replace(from, to, StringComparison.Ordinal),
        ("replace", [string x, string from, string to, long n]) => Replace(x, from, to, n),
        ("split", [string x, string by]) => Split(x, by, -1),
        ("split", [string x, string by, long n]) => Split(x, by, n),
        ("join", [var list]) => string.Concat(CelValues.Items(list).Cast<string>()),
        ("join", [var list, string by]) => string.Join(by, CelValues.Items(list).Cast<string>()),
        ("substring", [string x, long from]) => Runes(x, from, x.EnumerateRunes().Count()),
        ("substring", [string x, long from, long to]) => Runes(x, from, to),
        ("charAt", [string x, long at]) => at == x.EnumerateRunes().Count() ? "" : Runes(x, at, at + 1),
        ("indexOf", [string x, string y]) => Position(x, x.IndexOf(y, StringComparison.Ordinal)),
        ("indexOf", [string x, string y, long from]) => Runes(x, 0, from) is var head && x.IndexOf(y, head.Length, StringComparison.Ordinal) is var at ? Position(x, at) : -1L,
        ("lastIndexOf", [string x, string y]) => Position(x, x.LastIndexOf(y, StringComparison.Ordinal)),
        ("format", [string x, var list]) => Format(x, CelValues.Items(list).ToList()),
        _ => throw new CelException($"no such overload: {function}"),
    };

    private static Regex Pattern(string text)
    {
        try
        {
            return Patterns.Compile(text);
        }
        catch (ArgumentException invalid)
        {
            throw new CelException($"error parsing regexp: {invalid.Message}");
        }
    }

    private static string Ascii(string text, Func<char, char> change) => string.Concat(text.Select(c => char.IsAscii(c) ? change(c) : c));

    private static string Runes(string text, long from, long to)
    {
        var runes = text.EnumerateRunes().ToList();
        if (from < 0 || to < from || to > runes.Count) throw new CelException($"index out of range: {(from < 0 || from > runes.Count ? from : to)}");
        return string.Concat(runes.Skip((int)from).Take((int)(to - from)));
    }

    private static long Position(string text, int index) => index < 0 ? -1 : text[..index].EnumerateRunes().Count();

    private static string Replace(string text, string from, string to, long times)
    {
        if (times < 0) return text.Replace(from, to, StringComparison.Ordinal);
        var result = new StringBuilder();
        var at = 0;
        for (; times > 0 && from.Length > 0 && text.IndexOf(from, at, StringComparison.Ordinal) is var found and >= 0; times--)
        {
            result.Append(text, at, found - at).Append(to);
            at = found + from.Length;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    private static List<object?> Split(string text, string by, long limit)
    {
        if (limit == 0) return [];
        var parts = by.Length == 0 ? [.. text.EnumerateRunes().Select(r => r.ToString())] : limit < 0 ? text.Split(by) : text.Split(by, (int)Math.Min(limit, int.MaxValue));
        return [.. parts];
    }

    /// <summary>%s %d %f %e %x %X %o %b with an optional precision.</summary>
    private static string Format(string text, List<object?> arguments)
    {
        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                result.Append(text[i]);
                continue;
            }
            if (++i >= text.Length) throw new CelException("unexpected end of string");
            if (text[i] == '%')
            {
                result.Append('%');
                continue;
            }
            var precision = 6;
            if (text[i] == '.')
            {
                var digits = text[(i + 1)..].TakeWhile(char.IsAsciiDigit).Count();
                if (!int.TryParse(text.AsSpan(i + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out precision) || precision > 100) throw new CelException("error while parsing precision");
                i += digits + 1;
            }
            if (next >= arguments.Count) throw new CelException($"index {next} out of range");
            result.Append(One(i < text.Length ? text[i] : ' ', precision, arguments[next++]));
        }
        return result.ToString();
    }

    private static string One(char clause, int precision, object? value) => (clause, value) switch
    {
        ('s', _) => CelValues.Show(value),
        ('d', long or double) => CelValues.Show(value),
        ('f', long or double) => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("F" + precision, CultureInfo.InvariantCulture),
        ('e', long or double) => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("0." + new string('0', precision) + "e+00", CultureInfo.InvariantCulture),
        ('x', long n) => n.ToString("x", CultureInfo.InvariantCulture),
        ('X', long n) => n.ToString("X", CultureInfo.InvariantCulture),
        ('x', string s) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s)),
        ('o', long n) => Convert.ToString(n, 8),
        ('b', long n) => Convert.ToString(n, 2),
        ('b', bool b) => b ? "1" : "0",
        _ => throw new CelException($"error during formatting: no formatting function for type under '%{clause}'"),
    };
}
