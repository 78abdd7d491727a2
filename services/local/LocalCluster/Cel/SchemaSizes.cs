using System.Text.Json.Nodes;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Cel;

/// <summary>How large a value of a schema can be: what the schema bounds, and otherwise what fits into one request.</summary>
internal static class SchemaSizes
{
    private const double MaxRequestBytes = 3 * 1024 * 1024;
    private const double Brackets = 2;

    /// <summary>A character of a maxLength may be four bytes.</summary>
    private const double BytesPerCharacter = 4;

    /// <summary>The most characters, items or entries; 0 for what has no length.</summary>
    public static double MaxElements(StructuralSchema schema) => schema switch
    {
        { IntOrString: true } => MaxRequestBytes - Brackets,
        { Type: "array" } => schema.MaxItems ?? Math.Floor((MaxRequestBytes - Brackets) / (MinBytes(schema.Items) + 1)),
        { Type: "object", AdditionalProperties: { } value } => schema.MaxProperties ?? Math.Floor((MaxRequestBytes - Brackets) / (MinBytes(value) + 6)),
        { Type: "string" } => MaxCharacters(schema),
        { Type: "" } => MaxRequestBytes - Brackets,
        _ => 0,
    };

    /// <summary>How often a value of the schema can stand in one request.</summary>
    public static double MaxOccurrences(StructuralSchema schema) => Math.Floor(MaxRequestBytes / (MinBytes(schema) + 1));

    private static double MaxCharacters(StructuralSchema schema) => (schema.MaxLength, schema.Format) switch
    {
        ({ } length, "byte") => length,
        ({ } length, _) => length * BytesPerCharacter,
        (_, "duration") => 32,
        (_, "date") => 10,
        (_, "date-time") => 21,
        _ when schema.Enum is { Count: > 0 } values => values.Max(v => v is JsonValue value && value.TryGetValue<string>(out var text) ? text.Length : 0),
        _ => MaxRequestBytes - Brackets,
    };

    private static double MinBytes(StructuralSchema? schema) => schema switch
    {
        { IntOrString: true } or null => 1,
        { Type: "object", AdditionalProperties: null } => Brackets + schema.Required.Sum(name =>
            schema.Properties.TryGetValue(name, out var field) && !field.HasDefault ? name.Length + MinBytes(field) + 4 : 0),
        { Type: "string", Format: "byte" } => Brackets,
        { Type: "string" or "array" or "object" } => Brackets,
        { Type: "boolean" } => 4,
        _ => 1,
    };
}
