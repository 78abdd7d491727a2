using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Json;

/// <summary>Small questions about JSON trees that the whole server asks. A wrong shape reads as absent, never throws.</summary>
public static class JsonTree
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path) node = node is JsonObject map && map.TryGetPropertyValue(key, out var child) ? child : null;
        return node;
    }

    public static JsonObject? Map(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static JsonArray? List(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonArray;

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Integer(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) is JsonValue value ? AsLong(value) : null;

    public static bool? Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The map at a path, made where it is missing (or is not a map).</summary>
    public static JsonObject MapOrNew(this JsonObject node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            if (node[key] is not JsonObject child) node[key] = child = [];
            node = child;
        }
        return node;
    }

    /// <summary>How many levels of maps and lists there are.</summary>
    public static int Depth(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Select(p => Depth(p.Value)).DefaultIfEmpty().Max(),
        JsonArray list => 1 + list.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    public static long? AsLong(JsonNode? node) => node switch
    {
        JsonValue v when v.TryGetValue<long>(out var l) => l,
        JsonValue v when v.TryGetValue<int>(out var i) => i,
        _ => null,
    };

    public static double? AsDouble(JsonNode? node) => node switch
    {
        JsonValue v when v.TryGetValue<double>(out var d) => d,
        _ => AsLong(node),
    };

    public static bool IsInteger(JsonNode? node) => AsLong(node) is not null;

    public static bool IsNumber(JsonNode? node) => AsDouble(node) is not null;

    public static bool Same(JsonNode? a, JsonNode? b)
    {
        switch (a, b)
        {
            case (null, null):
                return true;
            case (JsonObject x, JsonObject y):
                if (x.Count != y.Count) return false;
                foreach (var (key, value) in x)
                    if (!y.TryGetPropertyValue(key, out var other) || !Same(value, other)) return false;
                return true;
            case (JsonArray x, JsonArray y):
                if (x.Count != y.Count) return false;
                for (var i = 0; i < x.Count; i++)
                    if (!Same(x[i], y[i])) return false;
                return true;
            case (JsonValue x, JsonValue y):
                return SameScalar(x, y);
            default:
                return false;
        }
    }

    /// <summary>The content without the maps and lists that hold nothing: what a server-side no-op is judged by.</summary>
    public static JsonNode? SortKeys(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, SortKeys(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(SortKeys)]),
        _ => node?.DeepClone(),
    };

    private static bool SameScalar(JsonValue x, JsonValue y)
    {
        if (x.TryGetValue<string>(out var s)) return y.TryGetValue<string>(out var t) && s == t;
        if (x.TryGetValue<bool>(out var b)) return y.TryGetValue<bool>(out var c) && b == c;
        if (AsLong(x) is { } l) return AsLong(y) is { } m ? l == m : AsDouble(y) == l;
        return AsDouble(x) is { } d && AsDouble(y) == d;
    }
}
