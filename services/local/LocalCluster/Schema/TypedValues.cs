using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Schema;

/// <summary>
/// What decoding into a typed struct does to a built-in: a value of the wrong type is refused, and what such a struct would leave
/// out again (nulls, empty lists, maps and strings) is dropped, so that both sides of a comparison have one form.
/// </summary>
public static class TypedValues
{
    /// <summary>Strings for which "" and absent are different things.</summary>
    private static readonly HashSet<string> MeaningfulWhenEmpty = ["storageClassName", "apiGroup", "message", "reason", "note", "value", "holderIdentity"];

    /// <summary>"number into Go struct field ConfigMap.data of type string", or null when every type fits.</summary>
    public static string? Mismatch(JsonNode? value, StructuralSchema schema, string path)
    {
        if (value is null || schema.PreserveUnknownFields) return null;
        switch (value)
        {
            case JsonObject map when schema.Type == "object":
                foreach (var (name, child) in map)
                    if (schema.Field(name) is { } field && Mismatch(child, field, schema.Properties.ContainsKey(name) ? $"{path}.{name}" : path) is { } inside) return inside;
                return null;
            case JsonArray list when schema.Type == "array":
                foreach (var child in list)
                    if (schema.Items is { } items && Mismatch(child, items, path) is { } inside) return inside;
                return null;
            case JsonValue when Fits(value, schema):
                return null;
            default:
                return $"{Name(value)} into Go struct field {path} of type {Expected(schema)}";
        }
    }

    public static void DropEmpty(JsonNode? value, StructuralSchema schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map.ToArray())
                {
                    var field = schema.Field(name);
                    if (field is null or { PreserveUnknownFields: true }) continue;
                    DropEmpty(child, field);
                    // Quantities are written as text, whatever they came as.
                    if (field.Format == "quantity" && child is JsonValue quantity && !quantity.TryGetValue<string>(out _)) map[name] = quantity.ToJsonString();
                    var declared = schema.Properties.ContainsKey(name);
                    if (child is null || (declared && IsEmpty(name, child, field))) map.Remove(name);
                }
                break;
            case JsonArray list when schema.Items is { } items:
                foreach (var child in list) DropEmpty(child, items);
                break;
        }
    }

    private static bool IsEmpty(string name, JsonNode child, StructuralSchema field) => child switch
    {
        JsonObject map => map.Count == 0 && field.AdditionalProperties is not null,
        JsonArray list => list.Count == 0,
        JsonValue scalar => scalar.TryGetValue<string>(out var text) && text.Length == 0 && !MeaningfulWhenEmpty.Contains(name),
        _ => false,
    };

    private static bool Fits(JsonNode value, StructuralSchema schema)
    {
        var type = SchemaValidation.TypeOf(value);
        if (schema.Format == "quantity") return Builtins.Quantities.TryParse(value, out _);
        if (schema.IntOrString) return type is "integer" or "string";
        if (type == "string" && schema.Type == "string")
            return schema.Format is not ("date-time" or "byte") || value.Text() is "" || StringFormats.IsValid(schema.Format, value.Text()!);
        if (schema.Type == "integer" && type == "integer") return schema.Format != "int32" || JsonTree.AsLong(value) is >= int.MinValue and <= int.MaxValue;
        return schema.Type == type || schema.Type.Length == 0 || (schema.Type == "number" && type == "integer");
    }

    private static string Name(JsonNode value) => SchemaValidation.TypeOf(value) switch { "integer" => "number", "boolean" => "bool", var other => other };

    private static string Expected(StructuralSchema schema) => schema.Format == "quantity" ? "quantity" : schema.Type switch { "integer" => schema.Format, "boolean" => "bool", "" => "string", var other => other };
}
