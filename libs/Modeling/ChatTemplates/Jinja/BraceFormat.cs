using System.Globalization;
using System.Numerics;
using System.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's <c>'{}'.format(...)</c> without format specifications; attributes stay in the sandbox.</summary>
internal static class BraceFormat
{
    public static string Format(string format, CallArguments arguments)
    {
        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            var character = format[i];
            if (character is not ('{' or '}'))
            {
                result.Append(character);
                continue;
            }

            if (i + 1 < format.Length && format[i + 1] == character)
            {
                result.Append(character);
                i++;
                continue;
            }

            var end = format.IndexOf('}', i);
            if (character == '}' || end < 0) throw new TemplateException(TemplateFault.Other, "single brace encountered in format string.");
            var field = format[(i + 1)..end];
            if (field.Contains(':') || field.Contains('!')) throw new TemplateException(TemplateFault.Other, $"the format specification of '{{{field}}}' is not supported.");
            result.Append(PythonText.Show(Resolve(field, arguments, ref next)));
            Sizes.Check(result.Length);
            i = end;
        }

        return result.ToString();
    }

    private static object? Resolve(string field, CallArguments arguments, ref int next)
    {
        var parts = field.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        object? value;
        if (parts[0].Length == 0) value = Positional(next++);
        else if (int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)) value = Positional(index);
        else value = arguments.Has(int.MaxValue, parts[0]) ? arguments.Get(int.MaxValue, parts[0]) : throw new TemplateException(TemplateFault.Other, $"there is no argument '{parts[0]}'.");
        foreach (var part in parts.Skip(1))
        {
            if (!part.StartsWith('[')) value = Access.Attribute(value, part);
            else
            {
                var key = part[1..].TrimEnd(']');
                value = Access.Item(value, BigInteger.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : key);
            }
        }

        return value;

        object? Positional(int place) => place < arguments.Positional.Count
            ? arguments.Positional[place]
            : throw new TemplateException(TemplateFault.Other, $"there is no argument {place.ToString(CultureInfo.InvariantCulture)} to format.");
    }
}
