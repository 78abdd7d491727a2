using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Cel;

/// <summary>Whether a rule is one: it parses, names fields that exist, and yields a boolean (its message expression a string).</summary>
internal static class RuleDefinition
{
    private static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

    public static IEnumerable<FieldError> Check(JsonObject rule, JsonObject schema, string path)
    {
        var text = rule.Text("rule")?.Trim() ?? "";
        if (text.Length == 0) yield return FieldError.Required($"{path}.rule", "rule is not specified");
        else if (Problem(text, schema, "boolean") is { } problem) yield return FieldError.Invalid($"{path}.rule", text, $"compilation failed: {problem}");
        if (rule.Text("message") is { } message)
        {
            if (message.Length > 0 && message.Trim().Length == 0) yield return FieldError.Invalid($"{path}.message", message, "message must be non-empty if specified");
            else if (message.Contains('\n', StringComparison.Ordinal)) yield return FieldError.Invalid($"{path}.message", message, "must not contain line breaks");
        }
        if (rule.Text("messageExpression") is { Length: > 0 } expression && Problem(expression, schema, "string") is { } bad)
            yield return FieldError.Invalid($"{path}.messageExpression", expression, $"compilation failed: {bad}");
        if (rule.Text("reason") is { Length: > 0 } reason && !Reasons.Contains(reason)) yield return FieldError.NotSupported($"{path}.reason", reason, Reasons);
        if (rule.Text("fieldPath") is { Length: > 0 } field && !Exists(schema, field)) yield return FieldError.Invalid($"{path}.fieldPath", field, "must be a valid path");
    }

    private static string? Problem(string text, JsonObject schema, string expected)
    {
        try
        {
            var type = CelTypes.Infer(CelParser.Parse(text), schema);
            return type is null || type == expected ? null : expected == "boolean" ? "must evaluate to a bool" : "messageExpression must evaluate to a string";
        }
        catch (CelException invalid)
        {
            return invalid.Message;
        }
    }

    private static bool Exists(JsonObject schema, string path)
    {
        JsonNode? node = schema;
        foreach (var field in path.TrimStart('.').Split('.'))
        {
            var bracket = field.IndexOf('[', StringComparison.Ordinal);
            node = node.At("properties", bracket < 0 ? field : field[..bracket]);
            if (bracket >= 0) node = node.At("additionalProperties");
        }
        return node is JsonObject;
    }
}
