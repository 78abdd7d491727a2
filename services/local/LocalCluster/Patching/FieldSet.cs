using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Patching;

/// <summary>
/// A set of field paths, as a tree; its JSON form is metadata.managedFields[].fieldsV1. Elements are "f:name", "k:{keys}" (an
/// element of a map list), "v:value" (of a set).
/// </summary>
public sealed class FieldSet
{
    public SortedDictionary<string, FieldSet> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>The path that ends here is itself in the set.</summary>
    public bool Owned { get; set; }

    public bool IsEmpty => !Owned && Children.Values.All(child => child.IsEmpty);

    public FieldSet Child(string element)
    {
        if (!Children.TryGetValue(element, out var child)) Children[element] = child = new FieldSet();
        return child;
    }

    public static FieldSet Union(FieldSet a, FieldSet b)
    {
        var union = new FieldSet { Owned = a.Owned || b.Owned };
        foreach (var element in a.Children.Keys.Union(b.Children.Keys))
        {
            a.Children.TryGetValue(element, out var x);
            b.Children.TryGetValue(element, out var y);
            union.Children[element] = x is null ? y! : y is null ? x : Union(x, y);
        }
        return union;
    }

    public static FieldSet Except(FieldSet a, FieldSet b)
    {
        var rest = new FieldSet { Owned = a.Owned && !b.Owned };
        foreach (var (element, child) in a.Children)
        {
            var left = b.Children.TryGetValue(element, out var other) ? Except(child, other) : child;
            if (!left.IsEmpty) rest.Children[element] = left;
        }
        return rest;
    }

    /// <summary>Without every path of the other set and everything below those paths.</summary>
    public static FieldSet ExceptBelow(FieldSet a, FieldSet b)
    {
        if (b.Owned) return new FieldSet();
        var rest = new FieldSet { Owned = a.Owned };
        foreach (var (element, child) in a.Children)
        {
            var left = b.Children.TryGetValue(element, out var other) ? ExceptBelow(child, other) : child;
            if (!left.IsEmpty) rest.Children[element] = left;
        }
        return rest;
    }

    public static FieldSet Intersect(FieldSet a, FieldSet b)
    {
        var both = new FieldSet { Owned = a.Owned && b.Owned };
        foreach (var (element, child) in a.Children)
        {
            if (!b.Children.TryGetValue(element, out var other)) continue;
            var inside = Intersect(child, other);
            if (!inside.IsEmpty) both.Children[element] = inside;
        }
        return both;
    }

    public bool SameAs(FieldSet other) => Except(this, other).IsEmpty && Except(other, this).IsEmpty;

    /// <summary>Every path in the set, as messages show it (".spec.containers[name=\"x\"].image").</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (Owned) yield return prefix;
        foreach (var (element, child) in Children)
            foreach (var path in child.Paths(prefix + Show(element))) yield return path;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Owned && Children.Count > 0) json["."] = new JsonObject();
        foreach (var (element, child) in Children)
            if (!child.IsEmpty) json[element] = child.ToJson();
        return json;
    }

    public static FieldSet FromJson(JsonObject? json, bool root = true)
    {
        var set = new FieldSet { Owned = !root && (json is null or { Count: 0 } || json.ContainsKey(".")) };
        foreach (var (element, child) in json ?? [])
            if (element != ".") set.Children[element] = FromJson(child as JsonObject, root: false);
        return set;
    }

    private static string Show(string element)
    {
        if (element.StartsWith("f:", StringComparison.Ordinal)) return "." + element[2..];
        if (element.StartsWith("v:", StringComparison.Ordinal)) return $"[={element[2..]}]";
        var keys = JsonText.Parse(System.Text.Encoding.UTF8.GetBytes(element[2..])) as JsonObject ?? [];
        return "[" + string.Join(",", keys.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value?.ToJsonString()}")) + "]";
    }
}
