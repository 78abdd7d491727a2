using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Validation;

/// <summary>One thing that is wrong with one field, worded as apimachinery's field errors are.</summary>
public sealed record FieldError(string Reason, string Field, string Message)
{
    public static FieldError Required(string field, string detail = "") => new("FieldValueRequired", field, Detailed("Required value", detail));

    public static FieldError Invalid(string field, JsonNode? value, string detail) =>
        new("FieldValueInvalid", field, Detailed($"Invalid value: {Show(value)}", detail));

    /// <summary>An invalid value that is not shown, as for structured values.</summary>
    public static FieldError InvalidText(string field, string detail) => new("FieldValueInvalid", field, $"Invalid value: {detail}");

    public static FieldError TypeInvalid(string field, JsonNode? value, string detail) =>
        new("FieldValueTypeInvalid", field, Detailed($"Invalid value: {Show(value)}", detail));

    public static FieldError NotSupported(string field, JsonNode? value, IEnumerable<string> supported) =>
        new("FieldValueNotSupported", field, $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported.Select(Quote))}");

    public static FieldError Duplicate(string field, JsonNode? value) => new("FieldValueDuplicate", field, $"Duplicate value: {Show(value)}");

    public static FieldError Forbidden(string field, string detail) => new("FieldValueForbidden", field, Detailed("Forbidden", detail));

    public static FieldError NotFound(string field, JsonNode? value) => new("FieldValueNotFound", field, $"Not found: {Show(value)}");

    public static FieldError TooLong(string field, long limit, string unit = "bytes") => new("FieldValueTooLong", field, $"Too long: may not be more than {limit} {unit}");

    public static FieldError TooMany(string field, long actual, long limit) => new("FieldValueTooMany", field, $"Too many: {actual}: must have at most {limit} items");

    /// <summary>A value as messages show it: text quoted, maps and lists as JSON, numbers as Go prints them.</summary>
    public static string Show(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue v when v.TryGetValue<string>(out var text) => Quote(text),
        JsonValue v when v.TryGetValue<double>(out var number) => number.ToString("R", CultureInfo.InvariantCulture),
        JsonValue v => v.ToJsonString(),
        _ => JsonText.Sorted(value),
    };

    public static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + "\"";

    public override string ToString() => $"{Field}: {Message}";

    private static string Detailed(string message, string detail) => detail.Length == 0 ? message : $"{message}: {detail}";
}
