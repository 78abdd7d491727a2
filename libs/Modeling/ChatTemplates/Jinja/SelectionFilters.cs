using System.Globalization;
using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Filters that choose, order, group or transform items.</summary>
internal static class SelectionFilters
{
    public static readonly Dictionary<string, Filter> All = new()
    {
        ["map"] = Map,
        ["select"] = (value, arguments) => Select(value, arguments, byAttribute: false, wanted: true),
        ["reject"] = (value, arguments) => Select(value, arguments, byAttribute: false, wanted: false),
        ["selectattr"] = (value, arguments) => Select(value, arguments, byAttribute: true, wanted: true),
        ["rejectattr"] = (value, arguments) => Select(value, arguments, byAttribute: true, wanted: false),
        ["sort"] = Sort,
        ["unique"] = Unique,
        ["groupby"] = GroupBy,
        ["sum"] = (value, arguments) => Operations.Iterate(value)
            .Select(item => arguments.Get(0, "attribute") is { } attribute ? Reach(item, attribute) : item)
            .Aggregate(arguments.Get(1, "start", BigInteger.Zero), (sum, item) => Operations.Binary("+", sum, item)),
        ["min"] = (value, arguments) => Extreme(value, arguments, -1),
        ["max"] = (value, arguments) => Extreme(value, arguments, 1),
    };

    /// <summary>An item's attribute by a path such as <c>x.y</c> or <c>0</c>.</summary>
    public static object? Reach(object? item, object? path)
    {
        if (path is not string text) return Access.Item(item, path);
        foreach (var step in text.Split('.'))
            item = Access.Item(item, BigInteger.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : step);
        return item;
    }

    /// <summary>Text in lower case unless case matters.</summary>
    public static object? Fold(object? value, bool caseSensitive) => value is string text && !caseSensitive ? text.ToLowerInvariant() : value;

    public static IEnumerable<object?> Sorted(IEnumerable<object?> items, Func<object?, object?> key, bool reverse)
    {
        var comparer = Comparer<object?>.Create(Operations.Compare);
        return reverse ? items.OrderByDescending(key, comparer) : items.OrderBy(key, comparer);
    }

    private static object? Map(object? value, CallArguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            var (path, otherwise) = (arguments.Get(0, "attribute"), arguments.Get(int.MaxValue, "default"));
            return new PythonList(Operations.Iterate(value).Select(item => Reach(item, path) is var found && found is Undefined && otherwise is not null ? otherwise : found));
        }

        var name = PythonText.Show(arguments.Positional[0]);
        return new PythonList(Operations.Iterate(value).Select(item => Filters.Apply(name, item, arguments.Skip(1))));
    }

    private static object? Select(object? value, CallArguments arguments, bool byAttribute, bool wanted)
    {
        var skipped = byAttribute ? 1 : 0;
        var test = arguments.Positional.Count > skipped ? PythonText.Show(arguments.Positional[skipped]) : null;
        return new PythonList(Operations.Iterate(value).Where(item =>
        {
            var subject = byAttribute ? Reach(item, arguments.Positional[0]) : item;
            return (test is null ? Operations.IsTrue(subject) : Tests.Apply(test, subject, arguments.Skip(skipped + 1))) == wanted;
        }));
    }

    private static object? Sort(object? value, CallArguments arguments)
    {
        var caseSensitive = Operations.IsTrue(arguments.Get(1, "case_sensitive"));
        var attribute = arguments.Get(2, "attribute");
        var paths = attribute is string text ? text.Split(',') : null;
        return new PythonList(Sorted(Operations.Iterate(value), Key, Operations.IsTrue(arguments.Get(0, "reverse"))));

        object? Key(object? item) => paths is null
            ? Fold(attribute is null ? item : Reach(item, attribute), caseSensitive)
            : new PythonList(paths.Select(path => Fold(Reach(item, path), caseSensitive)));
    }

    private static object? Unique(object? value, CallArguments arguments)
    {
        var caseSensitive = Operations.IsTrue(arguments.Get(0, "case_sensitive"));
        var attribute = arguments.Get(1, "attribute");
        return new PythonList(Operations.Iterate(value).DistinctBy(item => Fold(attribute is null ? item : Reach(item, attribute), caseSensitive), PythonEquality.Instance));
    }

    private static object? GroupBy(object? value, CallArguments arguments)
    {
        var attribute = arguments.Get(0, "attribute");
        var sorted = Sorted(Operations.Iterate(value), item => Fold(Key(item), false), reverse: false);
        return new PythonList(sorted.GroupBy(item => Fold(Key(item), false), PythonEquality.Instance).Select(group => (object?)new PythonList([Key(group.First()), new PythonList(group)], isTuple: true) { Names = ["grouper", "list"] }));

        object? Key(object? item) => Reach(item, attribute) is var found && found is Undefined ? arguments.Get(1, "default", found) : found;
    }

    private static object? Extreme(object? value, CallArguments arguments, int sign)
    {
        var caseSensitive = Operations.IsTrue(arguments.Get(0, "case_sensitive"));
        var attribute = arguments.Get(1, "attribute");
        var items = Operations.Iterate(value).ToList();
        if (items.Count == 0) return new Undefined("no aggregated item, the sequence was empty");
        return items.Aggregate((best, item) => Operations.Compare(Key(item), Key(best)) * sign > 0 ? item : best);

        object? Key(object? item) => Fold(attribute is null ? item : Reach(item, attribute), caseSensitive);
    }
}
