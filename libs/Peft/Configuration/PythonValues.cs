using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Peft.Configuration;

/// <summary>Values as Python's json writes them.</summary>
internal static class PythonValues
{
    /// <summary>8 for 8 and 0.5 for 0.5: what the user gave.</summary>
    public static JsonNode? Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? JsonValue.Create((long)value) : Real(value);

    /// <summary>0.0 for 0.</summary>
    public static JsonNode? Float(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15
        ? JsonNode.Parse(value.ToString("0.0", CultureInfo.InvariantCulture))
        : Real(value);

    public static JsonNode Modules(ModulePattern modules) => modules.Expression ?? (JsonNode)List(modules.Names);

    public static JsonNode? OptionalModules(ModulePattern? modules) => modules is null ? null : Modules(modules);

    public static JsonArray List<T>(IEnumerable<T> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    public static JsonArray? OptionalList<T>(IEnumerable<T>? values) => values is null ? null : List(values);

    public static JsonObject Patterns<T>(IEnumerable<KeyValuePair<string, T>> patterns, Func<T, JsonNode?> value) =>
        new(patterns.OrderBy(pattern => pattern.Key, StringComparer.Ordinal).Select(pattern => KeyValuePair.Create(pattern.Key, value(pattern.Value))));

    private static JsonNode? Real(double value) => JsonNode.Parse(value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal));
}
