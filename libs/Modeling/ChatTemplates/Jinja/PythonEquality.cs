using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's <c>==</c>: numbers and booleans compare by value, lists and dictionaries by content.</summary>
internal sealed class PythonEquality : IEqualityComparer<object?>
{
    public static readonly PythonEquality Instance = new();

    public new bool Equals(object? first, object? second)
    {
        Sizes.CheckStack();
        if (ReferenceEquals(first, second)) return true;
        if (first is Undefined && second is Undefined) return true;
        if (first is null || second is null) return false;
        if (PythonNumbers.IsNumber(first) && PythonNumbers.IsNumber(second)) return PythonNumbers.Compare(first, second) == 0;
        return (first, second) switch
        {
            (string a, string b) => a == b,
            (PythonList a, PythonList b) => a.IsTuple == b.IsTuple && a.Items.SequenceEqual(b.Items, this),
            (PythonDict a, PythonDict b) => a.Count == b.Count && a.Entries.All(entry => b.TryGet(entry.Key, out var other) && Equals(entry.Value, other)),
            _ => false,
        };
    }

    public int GetHashCode(object? value) => value switch
    {
        null => 0,
        bool flag => (flag ? BigInteger.One : BigInteger.Zero).GetHashCode(),
        BigInteger integer => integer.GetHashCode(),
        double number when double.IsInteger(number) => new BigInteger(number).GetHashCode(),
        PythonList list when list.IsTuple => list.Items.Aggregate(17, (hash, item) => (hash * 31) + GetHashCode(item)),
        PythonList or PythonDict => throw new TemplateException(TemplateFault.Other, "a list or dictionary cannot be a key."),
        _ => value.GetHashCode(),
    };
}
