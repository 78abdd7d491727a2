using System.Numerics;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>What <c>.</c> and <c>[]</c> find: methods and attributes first behind a dot, items first in brackets.</summary>
internal static class Access
{
    private static readonly string[] ListMutators = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];
    private static readonly string[] DictMutators = ["clear", "pop", "popitem", "setdefault", "update"];

    public static object? Attribute(object? target, string name)
    {
        if (target is Undefined undefined) throw undefined.Error();
        if (name.StartsWith('_')) return new Undefined($"access to attribute '{name}' is unsafe.", TemplateFault.Security);
        return TryAttribute(target, name, out var value) || TryItem(target, name, out value)
            ? value
            : new Undefined($"'{PythonText.TypeName(target)} object' has no attribute '{name}'");
    }

    public static object? Item(object? target, object? key)
    {
        if (target is Undefined undefined) throw undefined.Error();
        if (TryItem(target, key, out var value)) return value;
        if (key is string name)
        {
            if (name.StartsWith('_')) return new Undefined($"access to attribute '{name}' is unsafe.", TemplateFault.Security);
            if (TryAttribute(target, name, out value)) return value;
        }

        return new Undefined($"'{PythonText.TypeName(target)} object' has no element {PythonText.Repr(key)}");
    }

    /// <summary>Only attributes and methods, as the filter <c>attr</c> looks.</summary>
    public static bool TryAttribute(object? target, string name, out object? value)
    {
        if (target is PythonList { Names: var fields } tuple && fields.Contains(name))
        {
            value = tuple.Items[fields.ToList().IndexOf(name)];
            return true;
        }

        if (target is Namespace names) return names.Attributes.TryGet(name, out value);
        if (target is IAttributes attributes) return attributes.TryGetAttribute(name, out value);
        value = target switch
        {
            string text => StringMethods.Find(text, name),
            PythonDict when DictMutators.Contains(name) => Unsafe("dict", name),
            PythonList { IsTuple: false } when ListMutators.Contains(name) => Unsafe("list", name),
            PythonDict dict => DictMethod(dict, name),
            PythonList list => ListMethod(list, name),
            _ => null,
        };
        return value is not null;
    }

    private static Undefined Unsafe(string type, string name) => new($"access to attribute '{name}' of '{type}' object is unsafe.", TemplateFault.Security);

    private static bool TryItem(object? target, object? key, out object? value)
    {
        value = null;
        switch (target)
        {
            case PythonDict dict:
                return key is not (PythonList { IsTuple: false } or PythonDict) && dict.TryGet(key, out value);
            case Namespace names:
                return names.Attributes.TryGet(key, out value);
            case PythonList list when key is BigInteger or bool:
                return TryIndex(list.Items, PythonNumbers.Small(key), out value);
            case string text when key is BigInteger or bool:
                var points = CodePoints.Of(text);
                if (!TryIndex(points, PythonNumbers.Small(key), out var point)) return false;
                value = CodePoints.ToText([point]);
                return true;
            default:
                return false;
        }
    }

    private static bool TryIndex<T>(IReadOnlyList<T> items, int index, out T value)
    {
        if (index < 0) index += items.Count;
        var inside = index >= 0 && index < items.Count;
        value = inside ? items[index] : default!;
        return inside;
    }

    public static object? Slice(object? target, object? start, object? stop, object? step)
    {
        if (target is Undefined undefined) throw undefined.Error();
        var stride = step is null ? 1 : PythonNumbers.Small(step);
        if (stride == 0) throw new TemplateException(TemplateFault.Other, "slice step cannot be zero.");
        return target switch
        {
            string text when CodePoints.Of(text) is var points => CodePoints.ToText([.. Indices(points.Length).Select(index => points[index])]),
            PythonList list => new PythonList(Indices(list.Items.Count).Select(index => list.Items[index]), list.IsTuple),
            _ => new Undefined($"'{PythonText.TypeName(target)}' cannot be sliced"),
        };

        IEnumerable<int> Indices(int count)
        {
            var first = start is null ? (stride > 0 ? 0 : count - 1) : Bound(start, count);
            var last = stop is null ? (stride > 0 ? count : -1) : Bound(stop, count);
            for (long i = first; stride > 0 ? i < last : i > last; i += stride) yield return (int)i;
        }

        int Bound(object value, int count)
        {
            long index = PythonNumbers.Small(value);
            if (index < 0) index += count;
            return (int)(stride > 0 ? Math.Clamp(index, 0, count) : Math.Clamp(index, -1, count - 1));
        }
    }

    private static Callable? DictMethod(PythonDict dict, string name) => name switch
    {
        "items" => _ => new PythonList(dict.Entries.Select(entry => new PythonList([entry.Key, entry.Value], isTuple: true))),
        "keys" => _ => new PythonList(dict.Keys),
        "values" => _ => new PythonList(dict.Values),
        "get" => arguments => dict.TryGet(arguments.Get(0, "key"), out var value) ? value : arguments.Get(1, "default"),
        "copy" => _ => dict,
        _ => null,
    };

    private static Callable? ListMethod(PythonList list, string name) => name switch
    {
        "index" => arguments => list.Items.FindIndex(item => PythonEquality.Instance.Equals(item, arguments.Get(0, "value"))) is var index and >= 0
            ? new BigInteger(index)
            : throw new TemplateException(TemplateFault.Other, "the value is not in the list."),
        "count" => arguments => new BigInteger(list.Items.Count(item => PythonEquality.Instance.Equals(item, arguments.Get(0, "value")))),
        "copy" when !list.IsTuple => _ => new PythonList(list.Items),
        _ => null,
    };
}
