namespace Platform.Modeling.ChatTemplates.Jinja;

// Python values are: null (None), bool, BigInteger, double, string, and the types below.

/// <summary>A list or, immutable in Python too, a tuple.</summary>
internal sealed class PythonList
{
    public PythonList(IEnumerable<object?> items, bool isTuple = false)
    {
        IsTuple = isTuple;
        var size = (Weight: 0L, Depth: 0);
        foreach (var item in items)
        {
            size = Sizes.Add(size, item);
            Items.Add(item);
        }

        (Weight, Depth) = size;
    }

    public List<object?> Items { get; } = [];

    public bool IsTuple { get; }

    /// <summary>What it holds, as <see cref="Sizes"/> counts.</summary>
    public long Weight { get; }

    /// <summary>Levels of lists and dictionaries within.</summary>
    public int Depth { get; }

    /// <summary>Names of the items of a named tuple.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}

/// <summary>A dictionary that keeps the order of its keys.</summary>
internal sealed class PythonDict
{
    private readonly Dictionary<object, int> _index = new(PythonEquality.Instance);
    private readonly List<KeyValuePair<object, object?>> _entries = [];

    private static readonly object NoneKey = new();

    public int Count => _entries.Count;

    public long Weight { get; private set; }

    public int Depth { get; private set; }

    public IEnumerable<object?> Keys => _entries.Select(entry => Unwrap(entry.Key));

    public IEnumerable<object?> Values => _entries.Select(entry => entry.Value);

    public IEnumerable<(object? Key, object? Value)> Entries => _entries.Select(entry => (Unwrap(entry.Key), entry.Value));

    public object? this[object? key]
    {
        set
        {
            var wrapped = key ?? NoneKey;
            (Weight, Depth) = Sizes.Add(Sizes.Add((Weight, Depth), key), value);
            if (_index.TryGetValue(wrapped, out var index)) _entries[index] = KeyValuePair.Create(wrapped, value);
            else
            {
                _index[wrapped] = _entries.Count;
                _entries.Add(KeyValuePair.Create(wrapped, value));
            }
        }
    }

    public bool TryGet(object? key, out object? value)
    {
        var found = _index.TryGetValue(key ?? NoneKey, out var index);
        value = found ? _entries[index].Value : null;
        return found;
    }

    private static object? Unwrap(object key) => ReferenceEquals(key, NoneKey) ? null : key;
}

/// <summary>What a name or attribute that is not there gives: prints nothing, has no items, and cannot be used further.</summary>
internal sealed class Undefined(string what, TemplateFault fault = TemplateFault.Undefined)
{
    public TemplateException Error() => new(fault, what);

    /// <summary>None; but what was refused may not even be looped over.</summary>
    public IEnumerable<object?> ItemsOrThrow() => fault == TemplateFault.Undefined ? [] : throw Error();
}

/// <summary>What <c>namespace(...)</c> makes: the one thing whose attributes a template may set.</summary>
internal sealed class Namespace
{
    public PythonDict Attributes { get; } = new();
}

/// <summary>Something that a template can call.</summary>
internal delegate object? Callable(CallArguments arguments);

/// <summary>An object of the template engine with named attributes.</summary>
internal interface IAttributes
{
    bool TryGetAttribute(string name, out object? value);
}

/// <summary>The values given to a function, filter or test.</summary>
internal sealed class CallArguments(IReadOnlyList<object?> positional, IReadOnlyList<(string Name, object? Value)> named)
{
    public IReadOnlyList<object?> Positional { get; } = positional;

    public IReadOnlyList<(string Name, object? Value)> Named { get; } = named;

    /// <summary>By place or by name.</summary>
    public object? Get(int index, string name, object? otherwise = null)
    {
        if (index < Positional.Count) return Positional[index];
        foreach (var (given, value) in Named)
        {
            if (given == name) return value;
        }

        return otherwise;
    }

    public bool Has(int index, string name) => index < Positional.Count || Named.Any(argument => argument.Name == name);

    public CallArguments Skip(int count) => new([.. Positional.Skip(count)], Named);
}
