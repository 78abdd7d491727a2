using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>The functions that every chat template can call.</summary>
internal static class Globals
{
    private const int LongestRange = 100_000; // as Jinja's sandbox has it

    public static Scope Scope(DateTimeOffset now) => new(null)
    {
        ["range"] = (Callable)Range,
        ["namespace"] = (Callable)MakeNamespace,
        ["dict"] = (Callable)Dict,
        ["cycler"] = (Callable)(arguments => new Cycler(arguments.Positional)),
        ["joiner"] = (Callable)(arguments =>
        {
            var used = false;
            return (Callable)(_ =>
            {
                var first = !used;
                used = true;
                return first ? "" : arguments.Get(0, "sep", ", ");
            });
        }),
        ["raise_exception"] = (Callable)(arguments => throw new TemplateException(TemplateFault.Raised, PythonText.Show(arguments.Get(0, "message")))),
        ["strftime_now"] = (Callable)(arguments => Strftime.Format(now, PythonText.Show(arguments.Get(0, "format")))),
    };

    private static object? Range(CallArguments arguments)
    {
        var values = arguments.Positional.Select(PythonNumbers.Small).ToArray();
        var (start, stop, step) = values.Length switch
        {
            1 => (0, values[0], 1),
            2 => (values[0], values[1], 1),
            3 => (values[0], values[1], values[2]),
            _ => throw new TemplateException(TemplateFault.Other, $"range takes 1 to 3 arguments, not {values.Length}."),
        };
        if (step == 0) throw new TemplateException(TemplateFault.Other, "range() arg 3 must not be zero.");
        var count = Math.Max(0, ((long)stop - start + step - Math.Sign(step)) / step);
        if (count > LongestRange) throw new TemplateException(TemplateFault.Other, $"range too big. The sandbox blocks ranges larger than {LongestRange}.");
        return new PythonList(Enumerable.Range(0, (int)count).Select(i => (object?)new BigInteger((long)start + ((long)i * step))));
    }

    private static object? MakeNamespace(CallArguments arguments)
    {
        var made = new Namespace();
        foreach (var (key, value) in ((PythonDict)Dict(arguments)!).Entries) made.Attributes[key] = value;
        return made;
    }

    private static object? Dict(CallArguments arguments)
    {
        var dict = new PythonDict();
        if (arguments.Positional.Count > 0)
        {
            if (arguments.Positional[0] is PythonDict source)
            {
                foreach (var (key, value) in source.Entries) dict[key] = value;
            }
            else
            {
                foreach (var pair in Operations.Iterate(arguments.Positional[0]).Select(item => Operations.Iterate(item).ToList()))
                    dict[pair[0]] = pair.Count == 2 ? pair[1] : throw new TemplateException(TemplateFault.Other, "dict expects pairs.");
            }
        }

        foreach (var (name, value) in arguments.Named) dict[name] = value;
        return dict;
    }

    private sealed class Cycler(IReadOnlyList<object?> items) : IAttributes
    {
        private int _position;

        public bool TryGetAttribute(string name, out object? value)
        {
            value = name switch
            {
                "current" => items[_position % items.Count],
                "next" => (Callable)(_ => items[_position++ % items.Count]),
                "reset" => (Callable)(_ =>
                {
                    _position = 0;
                    return null;
                }),
                _ => null,
            };
            return value is not null;
        }
    }
}
