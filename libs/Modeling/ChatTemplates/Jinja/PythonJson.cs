using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's <c>json.dumps</c>, and JSON read as Python's <c>json.loads</c> does.</summary>
internal static class PythonJson
{
    public sealed record Style(string? Indent, bool EnsureAscii, bool SortKeys, string ItemSeparator, string KeySeparator);

    public static readonly Style Plain = new(null, false, false, ", ", ": ");

    private const int DeepestNesting = 100;

    public static string Write(object? value, Style style)
    {
        var json = new StringBuilder();
        Write(value, style, json, 0);
        return json.ToString();
    }

    public static object? Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetRawText() is var number && number.AsSpan().IndexOfAny('.', 'e', 'E') >= 0
            ? double.Parse(number, CultureInfo.InvariantCulture)
            : BigInteger.Parse(number, CultureInfo.InvariantCulture),
        JsonValueKind.Array => new PythonList(json.EnumerateArray().Select(Read)),
        _ => ReadObject(json),
    };

    private static PythonDict ReadObject(JsonElement json)
    {
        var dict = new PythonDict();
        foreach (var entry in json.EnumerateObject()) dict[entry.Name] = Read(entry.Value);
        return dict;
    }

    private static void Write(object? value, Style style, StringBuilder json, int depth)
    {
        Sizes.Check(json.Length);
        if (depth > DeepestNesting) throw new TemplateException(TemplateFault.Other, $"a value is nested more than {DeepestNesting} deep.");
        switch (value)
        {
            case null:
                json.Append("null");
                break;
            case bool flag:
                json.Append(flag ? "true" : "false");
                break;
            case BigInteger integer:
                json.Append(integer.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                json.Append(double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? number > 0 ? "Infinity" : "-Infinity" : PythonNumbers.Show(number));
                break;
            case string text:
                WriteText(text, style, json);
                break;
            case PythonList list:
                WriteItems(list.Items, '[', ']', style, json, depth, item => Write(item, style, json, depth + 1));
                break;
            case PythonDict dict:
                var entries = style.SortKeys ? dict.Entries.OrderBy(entry => Key(entry.Key), StringComparer.Ordinal) : dict.Entries;
                WriteItems([.. entries], '{', '}', style, json, depth, entry =>
                {
                    WriteText(Key(entry.Key), style, json);
                    json.Append(style.KeySeparator);
                    Write(entry.Value, style, json, depth + 1);
                });
                break;
            default:
                throw new TemplateException(TemplateFault.Other, $"{PythonText.TypeName(value)} cannot be written as JSON.");
        }
    }

    private static void WriteItems<T>(List<T> items, char open, char close, Style style, StringBuilder json, int depth, Action<T> write)
    {
        json.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) json.Append(style.ItemSeparator);
            NewLine(depth + 1);
            write(items[i]);
        }

        if (items.Count > 0) NewLine(depth);
        json.Append(close);

        void NewLine(int level)
        {
            if (style.Indent is null) return;
            json.Append('\n');
            for (var i = 0; i < level; i++) json.Append(style.Indent);
        }
    }

    private static string Key(object? key) => key switch
    {
        string text => text,
        null => "null",
        bool flag => flag ? "true" : "false",
        _ => PythonText.Show(key),
    };

    private static void WriteText(string text, Style style, StringBuilder json)
    {
        json.Append('"');
        foreach (var character in text)
        {
            json.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\u{(int)character:x4}",
                > '~' when style.EnsureAscii => $"\\u{(int)character:x4}",
                _ => character.ToString(),
            });
        }

        json.Append('"');
    }
}
