using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Cel;

/// <summary>A value that may be missing, as optionalOldSelf and ".?" make them.</summary>
internal sealed record Optional(object? Value, bool HasValue)
{
    public static readonly Optional None = new(null, false);
}

/// <summary>CEL values are plain .NET values: long, double, bool, string, byte[], lists, dictionaries and JSON trees.</summary>
internal static class CelValues
{
    // The casts matter: without them the arms would be converted to JsonNode, which converts from everything.
    public static object? Of(JsonNode? node) => node switch
    {
        null => null,
        JsonValue v when v.TryGetValue<string>(out var text) => (object)text,
        JsonValue v when v.TryGetValue<bool>(out var flag) => (object)flag,
        JsonValue v when JsonTree.AsLong(v) is { } whole => (object)whole,
        JsonValue v => JsonTree.AsDouble(v),
        _ => (object)node,
    };

    public static IEnumerable<object?> Items(object? value) => value switch
    {
        JsonArray list => list.Select(Of),
        JsonObject map => map.Select(p => (object?)p.Key),
        IDictionary<object, object?> map => map.Keys,
        IEnumerable<object?> list => list,
        _ => throw new CelException("no such overload"),
    };

    public static bool IsMap(object? value) => value is JsonObject or IDictionary<object, object?>;

    public static bool TryGet(object? container, object? key, out object? value)
    {
        value = null;
        switch (container)
        {
            case JsonObject map when key is string name && map.TryGetPropertyValue(name, out var child):
                value = Of(child);
                return true;
            case IDictionary<object, object?> map when key is not null && map.FirstOrDefault(p => Same(p.Key, key)) is { Key: not null } found:
                value = found.Value;
                return true;
            case JsonArray list when AsIndex(key) is { } i && i >= 0 && i < list.Count:
                value = Of(list[(int)i]);
                return true;
            case IReadOnlyList<object?> list when AsIndex(key) is { } i && i >= 0 && i < list.Count:
                value = list[(int)i];
                return true;
            default:
                return false;
        }
    }

    public static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        byte[] bytes => bytes.Length,
        JsonArray list => list.Count,
        JsonObject map => map.Count,
        ICollection<object?> list => list.Count,
        IDictionary<object, object?> map => map.Count,
        _ => throw new CelException("no such overload: size"),
    };

    public static bool Same(object? a, object? b)
    {
        switch (a, b)
        {
            case (null, null):
                return true;
            case (null, _) or (_, null):
                return false;
            case (long x, double y):
                return x == y;
            case (double x, long y):
                return x == y;
            case (byte[] x, byte[] y):
                return x.AsSpan().SequenceEqual(y);
            case (Optional x, Optional y):
                return x.HasValue == y.HasValue && Same(x.Value, y.Value);
            case (JsonNode x, JsonNode y):
                return JsonTree.Same(x, y);
        }
        if (IsMap(a) && IsMap(b))
            return Size(a) == Size(b) && Items(a).All(key => TryGet(a, key, out var x) && TryGet(b, key, out var y) && Same(x, y));
        if (a is IEnumerable and not string && b is IEnumerable and not string && !IsMap(a) && !IsMap(b))
            return Items(a).ToList() is var x && Items(b).ToList() is var y && x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second));
        return a!.Equals(b);
    }

    public static int Compare(object? a, object? b) => (a, b) switch
    {
        (long x, long y) => x.CompareTo(y),
        (double x, double y) => x.CompareTo(y),
        (long x, double y) => ((double)x).CompareTo(y),
        (double x, long y) => x.CompareTo(y),
        (string x, string y) => string.CompareOrdinal(x, y),
        (bool x, bool y) => x.CompareTo(y),
        (DateTimeOffset x, DateTimeOffset y) => x.CompareTo(y),
        (TimeSpan x, TimeSpan y) => x.CompareTo(y),
        (decimal x, decimal y) => x.CompareTo(y),
        (byte[] x, byte[] y) => x.AsSpan().SequenceCompareTo(y),
        // A text of format date-time beside a timestamp.
        (string x, DateTimeOffset y) when DateTimeOffset.TryParse(x, CultureInfo.InvariantCulture, out var t) => t.CompareTo(y),
        (DateTimeOffset x, string y) when DateTimeOffset.TryParse(y, CultureInfo.InvariantCulture, out var t) => x.CompareTo(t),
        _ => throw new CelException("no such overload"),
    };

    public static string Show(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        TimeSpan span => span.TotalSeconds.ToString("R", CultureInfo.InvariantCulture) + "s",
        _ when IsMap(value) => "{" + string.Join(", ", Items(value).Select(k => TryGet(value, k, out var v) ? $"{Show(k)}: {Show(v)}" : "")) + "}",
        IEnumerable => "[" + string.Join(", ", Items(value).Select(Show)) + "]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static long? AsIndex(object? key) => key switch { long i => i, double d when d == Math.Floor(d) => (long)d, _ => null };
}
