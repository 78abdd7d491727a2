using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Filters on lists, dictionaries and whatever has items.</summary>
internal static class SequenceFilters
{
    public static readonly Dictionary<string, Filter> All = new()
    {
        ["length"] = (value, _) => new BigInteger(Operations.Length(value)),
        ["count"] = (value, _) => new BigInteger(Operations.Length(value)),
        ["list"] = (value, _) => new PythonList(Operations.Iterate(value)),
        ["first"] = (value, _) => Operations.Iterate(value).DefaultIfEmpty(new Undefined("no first item, the sequence was empty")).First(),
        ["last"] = (value, _) => Operations.Iterate(value).DefaultIfEmpty(new Undefined("no last item, the sequence was empty")).Last(),
        ["join"] = (value, arguments) => Sizes.Join(
            PythonText.Show(arguments.Get(0, "d", "")),
            Operations.Iterate(value).Select(item => PythonText.Show(arguments.Get(1, "attribute") is { } attribute ? SelectionFilters.Reach(item, attribute) : item))),
        ["default"] = Default,
        ["d"] = Default,
        ["items"] = (value, _) => value switch
        {
            Undefined => new PythonList([]),
            PythonDict dict => new PythonList(dict.Entries.Select(Pair)),
            _ => throw new TemplateException(TemplateFault.Other, "can only get item pairs from a mapping."),
        },
        ["dictsort"] = DictSort,
        ["reverse"] = (value, _) => value is string ? Access.Slice(value, null, null, new BigInteger(-1)) : new PythonList(Operations.Iterate(value).Reverse()),
        ["batch"] = Batch,
        ["slice"] = Slice,
        ["attr"] = (value, arguments) => arguments.Get(0, "name") is string name && !name.StartsWith('_') && Access.TryAttribute(value, name, out var found)
            ? found
            : new Undefined($"there is no attribute {PythonText.Repr(arguments.Get(0, "name"))}"),
    };

    private static PythonList Pair((object? Key, object? Value) entry) => new([entry.Key, entry.Value], isTuple: true);

    private static object? Default(object? value, CallArguments arguments) =>
        value is Undefined || (Operations.IsTrue(arguments.Get(1, "boolean")) && !Operations.IsTrue(value)) ? arguments.Get(0, "default_value", "") : value;

    private static object? DictSort(object? value, CallArguments arguments)
    {
        if (value is not PythonDict dict) throw new TemplateException(TemplateFault.Other, "dictsort needs a dictionary.");
        var caseSensitive = Operations.IsTrue(arguments.Get(0, "case_sensitive"));
        var byValue = PythonText.Show(arguments.Get(1, "by", "key")) == "value";
        return new PythonList(SelectionFilters.Sorted(
            dict.Entries.Select(Pair), pair => SelectionFilters.Fold(((PythonList)pair!).Items[byValue ? 1 : 0], caseSensitive), Operations.IsTrue(arguments.Get(2, "reverse"))));
    }

    private static object? Batch(object? value, CallArguments arguments)
    {
        var size = Math.Max(1, PythonNumbers.Small(arguments.Get(0, "linecount")));
        var filler = arguments.Get(1, "fill_with");
        return new PythonList(Operations.Iterate(value).Chunk(size).Select(chunk =>
            (object?)new PythonList(filler is null ? chunk : chunk.Concat(Enumerable.Repeat(filler, Math.Min(1000, size - chunk.Length))))));
    }

    private static object? Slice(object? value, CallArguments arguments)
    {
        var items = Operations.Iterate(value).ToList();
        var slices = Math.Clamp(PythonNumbers.Small(arguments.Get(0, "slices")), 1, 10_000);
        var filler = arguments.Get(1, "fill_with");
        var (size, extra) = (items.Count / slices, items.Count % slices);
        List<object?> parts = [];
        for (var (i, start) = (0, 0); i < slices; i++)
        {
            var count = size + (i < extra ? 1 : 0);
            var part = items.GetRange(start, count);
            start += count;
            if (filler is not null && i >= extra) part.Add(filler);
            parts.Add(new PythonList(part));
        }

        return new PythonList(parts);
    }
}
