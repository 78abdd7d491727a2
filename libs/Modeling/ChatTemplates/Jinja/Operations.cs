using System.Numerics;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>What Python's operators and protocols do with values.</summary>
internal static class Operations
{
    private const int LongestRepetition = 1_000_000;

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        BigInteger integer => !integer.IsZero,
        double number => number != 0,
        string text => text.Length > 0,
        PythonList list => list.Items.Count > 0,
        PythonDict dict => dict.Count > 0,
        _ => true,
    };

    /// <summary>The items of anything that can be looped over.</summary>
    public static IEnumerable<object?> Iterate(object? value) => value switch
    {
        PythonList list => list.Items,
        PythonDict dict => dict.Keys,
        string text => CodePoints.Of(text).Select(point => (object?)CodePoints.ToText([point])),
        Undefined undefined => undefined.ItemsOrThrow(),
        _ => throw new TemplateException(TemplateFault.Other, $"'{PythonText.TypeName(value)}' object is not iterable."),
    };

    public static int Length(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        PythonList list => list.Items.Count,
        PythonDict dict => dict.Count,
        Undefined => 0,
        _ => throw new TemplateException(TemplateFault.Other, $"object of type '{PythonText.TypeName(value)}' has no len()."),
    };

    public static bool Contains(object? container, object? item) => container switch
    {
        string text when item is string part => text.Contains(part, StringComparison.Ordinal),
        string => throw new TemplateException(TemplateFault.Other, $"'in <string>' requires string as left operand, not {PythonText.TypeName(item)}."),
        PythonDict dict => dict.TryGet(item, out _),
        _ => Iterate(container).Contains(item, PythonEquality.Instance),
    };

    public static int Compare(object? first, object? second)
    {
        Sizes.CheckStack();
        if (first is Undefined undefined) throw undefined.Error();
        if (second is Undefined other) throw other.Error();
        if (PythonNumbers.IsNumber(first) && PythonNumbers.IsNumber(second)) return PythonNumbers.Compare(first!, second!);
        switch (first, second)
        {
            case (string a, string b):
                return CodePoints.Of(a).AsSpan().SequenceCompareTo(CodePoints.Of(b));
            case (PythonList a, PythonList b) when a.IsTuple == b.IsTuple:
                for (var i = 0; i < Math.Min(a.Items.Count, b.Items.Count); i++)
                {
                    if (!PythonEquality.Instance.Equals(a.Items[i], b.Items[i])) return Compare(a.Items[i], b.Items[i]);
                }

                return a.Items.Count.CompareTo(b.Items.Count);
            default:
                throw new TemplateException(TemplateFault.Other, $"'{PythonText.TypeName(first)}' and '{PythonText.TypeName(second)}' cannot be ordered.");
        }
    }

    public static object? Binary(string symbol, object? left, object? right)
    {
        if (left is Undefined undefined) throw undefined.Error();
        if (symbol == "%" && left is string format) return PercentFormat.Format(format, right);
        if (right is Undefined other) throw other.Error();
        if (PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right)) return PythonNumbers.Arithmetic(symbol, left!, right!);
        switch (symbol, left, right)
        {
            case ("+", string a, string b):
                Sizes.Check((long)a.Length + b.Length);
                return a + b;
            case ("+", PythonList a, PythonList b) when a.IsTuple == b.IsTuple:
                return new PythonList(a.Items.Concat(b.Items), a.IsTuple);
            case ("*", string or PythonList, _) when PythonNumbers.IsInteger(right):
                return Repeat(left, PythonNumbers.Small(right));
            case ("*", _, string or PythonList) when PythonNumbers.IsInteger(left):
                return Repeat(right, PythonNumbers.Small(left));
            default:
                throw new TemplateException(TemplateFault.Other, $"unsupported operand type(s) for {symbol}: '{PythonText.TypeName(left)}' and '{PythonText.TypeName(right)}'.");
        }
    }

    private static object Repeat(object sequence, int times)
    {
        times = Math.Max(0, times);
        if ((long)times * Length(sequence) > LongestRepetition) throw new TemplateException(TemplateFault.Other, $"a repetition is longer than {LongestRepetition}.");
        return sequence is string text
            ? string.Concat(Enumerable.Repeat(text, times))
            : new PythonList(Enumerable.Repeat(((PythonList)sequence).Items, times).SelectMany(items => items), ((PythonList)sequence).IsTuple);
    }

    public static object? Unary(string symbol, object? operand) => symbol switch
    {
        "not" => !IsTrue(operand),
        _ when operand is Undefined undefined => throw undefined.Error(),
        _ when !PythonNumbers.IsNumber(operand) => throw new TemplateException(TemplateFault.Other, $"bad operand type for unary {symbol}: '{PythonText.TypeName(operand)}'."),
        "-" when operand is double number => -number,
        "-" => -PythonNumbers.Integer(operand),
        _ when operand is double number => number,
        _ => PythonNumbers.Integer(operand),
    };

    public static bool Compare(string symbol, object? left, object? right) => symbol switch
    {
        "==" => PythonEquality.Instance.Equals(left, right),
        "!=" => !PythonEquality.Instance.Equals(left, right),
        "in" => Contains(right, left),
        "not in" => !Contains(right, left),
        "<" => Compare(left, right) < 0,
        "<=" => Compare(left, right) <= 0,
        ">" => Compare(left, right) > 0,
        _ => Compare(left, right) >= 0,
    };
}
