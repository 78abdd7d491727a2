using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's <c>'%s' % value</c>.</summary>
internal static partial class PercentFormat
{
    private const int Widest = 10_000;

    [GeneratedRegex(@"%(\((?<key>[^)]*)\))?(?<flags>[-+ 0#]*)(?<width>\d*)(\.(?<precision>\d+))?(?<type>.?)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Directive();

    public static string Format(string format, object? values)
    {
        var arguments = values is PythonList { IsTuple: true } tuple ? tuple.Items : [values];
        var (used, written) = (0, 0L);
        var result = Directive().Replace(format, match =>
        {
            if (match.Groups["type"].Value == "%") return "%";
            object? value;
            if (match.Groups["key"].Success) value = Access.Item(values, match.Groups["key"].Value);
            else if (used < arguments.Count) value = arguments[used++];
            else throw new TemplateException(TemplateFault.Other, "not enough arguments for format string.");
            var text = One(match, value);
            Sizes.Check(written += text.Length);
            return text;
        });
        if (used < arguments.Count && values is not PythonDict) throw new TemplateException(TemplateFault.Other, "not all arguments converted during string formatting.");
        return result;
    }

    private static string One(Match match, object? value)
    {
        var flags = match.Groups["flags"].Value;
        var precision = match.Groups["precision"].Success ? Math.Min(Widest, int.Parse(match.Groups["precision"].Value, CultureInfo.InvariantCulture)) : (int?)null;
        var text = match.Groups["type"].Value switch
        {
            "s" => Cut(PythonText.Show(value), precision),
            "r" or "a" => Cut(PythonText.Repr(value), precision),
            "d" or "i" or "u" => (value is double number ? new BigInteger(Math.Truncate(number)) : PythonNumbers.Integer(value)).ToString(CultureInfo.InvariantCulture),
            "x" => PythonNumbers.Small(value).ToString("x", CultureInfo.InvariantCulture),
            "X" => PythonNumbers.Small(value).ToString("X", CultureInfo.InvariantCulture),
            "f" or "F" => Fixed(PythonNumbers.Double(value), precision ?? 6),
            "e" => Exponential(PythonNumbers.Double(value), precision ?? 6),
            "g" => PythonNumbers.Double(value).ToString("G" + (precision ?? 6), CultureInfo.InvariantCulture),
            "c" => PythonNumbers.IsInteger(value) ? char.ConvertFromUtf32(PythonNumbers.Small(value)) : PythonText.Show(value),
            var type => throw new TemplateException(TemplateFault.Other, $"unsupported format character '{type}'."),
        };
        var isNumber = match.Groups["type"].Value is not ("s" or "r" or "a" or "c");
        if (isNumber && !text.StartsWith('-')) text = (flags.Contains('+') ? "+" : flags.Contains(' ') ? " " : "") + text;
        var width = match.Groups["width"].Length > 0 ? Math.Min(Widest, int.Parse(match.Groups["width"].Value, CultureInfo.InvariantCulture)) : 0;
        if (flags.Contains('-')) return text.PadRight(width);
        if (!flags.Contains('0') || !isNumber) return text.PadLeft(width);
        var sign = text.Length > 0 && text[0] is ('-' or '+') ? text[..1] : "";
        return sign + text[sign.Length..].PadLeft(width - sign.Length, '0');
    }

    /// <summary>The exact value with that many places: .NET's own rounding of doubles is exact, halves included.</summary>
    public static string Fixed(double value, int places) => value.ToString("F" + places, CultureInfo.InvariantCulture);

    private static string Exponential(double value, int places)
    {
        var text = value.ToString("e" + places, CultureInfo.InvariantCulture);
        var mark = text.IndexOf('e');
        return text[..(mark + 2)] + text[(mark + 2)..].TrimStart('0').PadLeft(2, '0');
    }

    private static string Cut(string text, int? length) => length is { } limit && text.Length > limit ? text[..limit] : text;
}
