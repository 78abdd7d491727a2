using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>What <c>loop</c> is inside a for block.</summary>
internal sealed class LoopState(IReadOnlyList<object?> items, int depth, Func<object?, int, string>? recurse) : IAttributes, ICallable
{
    private IReadOnlyList<object?>? _lastChanged;

    public int Index { get; set; }

    public bool TryGetAttribute(string name, out object? value)
    {
        value = name switch
        {
            "index" => new BigInteger(Index + 1),
            "index0" => new BigInteger(Index),
            "revindex" => new BigInteger(items.Count - Index),
            "revindex0" => new BigInteger(items.Count - Index - 1),
            "first" => Index == 0,
            "last" => Index == items.Count - 1,
            "length" => new BigInteger(items.Count),
            "depth" => new BigInteger(depth + 1),
            "depth0" => new BigInteger(depth),
            "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
            "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("there is no next item"),
            "cycle" => (Callable)(arguments => arguments.Positional.Count > 0
                ? arguments.Positional[Index % arguments.Positional.Count]
                : throw new TemplateException(TemplateFault.Other, "no items for cycling given.")),
            "changed" => (Callable)(arguments => Changed(arguments.Positional)),
            _ => null,
        };
        return value is not null || name is "previtem" or "nextitem";
    }

    public object? Call(CallArguments arguments) => recurse is null
        ? throw new TemplateException(TemplateFault.Other, "the loop must have the 'recursive' marker to be called.")
        : recurse(arguments.Get(0, "iterable"), depth + 1);

    private bool Changed(IReadOnlyList<object?> values)
    {
        if (_lastChanged is not null && _lastChanged.SequenceEqual(values, PythonEquality.Instance)) return false;
        _lastChanged = values;
        return true;
    }
}
