using System.Globalization;
using System.Numerics;
using System.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's <c>str()</c> and <c>repr()</c>.</summary>
internal static class PythonText
{
    private const int DeepestNesting = 100;

    public static string Show(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Repr(value, 0),
    };

    public static string Repr(object? value) => Repr(value, 0);

    public static string TypeName(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        BigInteger => "int",
        double => "float",
        string => "str",
        PythonList { IsTuple: true } => "tuple",
        PythonList => "list",
        PythonDict => "dict",
        Undefined => "Undefined",
        _ => "object",
    };

    private static string Repr(object? value, int depth)
    {
        var text = new StringBuilder();
        Repr(value, depth, text);
        return text.ToString();
    }

    // A namespace may hold itself, so what is written is counted as it grows.
    private static void Repr(object? value, int depth, StringBuilder text)
    {
        Sizes.Check(text.Length);
        if (depth > DeepestNesting) throw new TemplateException(TemplateFault.Other, $"a value is nested more than {DeepestNesting} deep.");
        switch (value)
        {
            case PythonList list:
                text.Append(list.IsTuple ? '(' : '[');
                Items(list.Items, item => Repr(item, depth + 1, text));
                text.Append(list is { IsTuple: true, Items.Count: 1 } ? ",)" : list.IsTuple ? ")" : "]");
                break;
            case PythonDict dict:
                text.Append('{');
                Items(dict.Entries, entry =>
                {
                    Repr(entry.Key, depth + 1, text);
                    text.Append(": ");
                    Repr(entry.Value, depth + 1, text);
                });
                text.Append('}');
                break;
            case Namespace names:
                text.Append("<Namespace ");
                Repr(names.Attributes, depth + 1, text);
                text.Append('>');
                break;
            default:
                text.Append(value switch
                {
                    null => "None",
                    bool flag => flag ? "True" : "False",
                    BigInteger integer => integer.ToString(CultureInfo.InvariantCulture),
                    double number => PythonNumbers.Show(number),
                    string content => Quote(content),
                    Undefined => "Undefined",
                    _ => "<object>",
                });
                break;
        }

        void Items<T>(IEnumerable<T> items, Action<T> write)
        {
            var first = true;
            foreach (var item in items)
            {
                if (!first) text.Append(", ");
                first = false;
                write(item);
            }
        }
    }

    private static string Quote(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            var point = rune.Value;
            if (point == quote || point == '\\') quoted.Append('\\').Append((char)point);
            else if (point is '\n' or '\r' or '\t') quoted.Append(point == '\n' ? "\\n" : point == '\r' ? "\\r" : "\\t");
            else if (IsPrintable(rune)) quoted.Append(rune);
            else quoted.Append(point < 0x100 ? $"\\x{point:x2}" : point < 0x10000 ? $"\\u{point:x4}" : $"\\U{point:x8}");
        }

        return quoted.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
