using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Schema;

/// <summary>
/// Checks a value against the schema's keywords with the wording of kube-openapi. A value that equals its old one is not checked again
/// (ratcheting), so that a tightened schema does not lock existing objects.
/// </summary>
public static class SchemaValidation
{
    public static List<FieldError> Validate(JsonNode? value, StructuralSchema schema, JsonNode? old = null, string path = "")
    {
        List<FieldError> errors = [];
        Check(value, schema, path, errors, old);
        return errors;
    }

    private static void Check(JsonNode? value, StructuralSchema schema, string path, List<FieldError> errors, JsonNode? old)
    {
        if (old is not null && JsonTree.Same(value, old)) return;
        if (value is null)
        {
            if (!schema.Nullable && (schema.Type.Length > 0 || schema.IntOrString)) errors.Add(TypeError(path, schema.IntOrString ? "integer,string" : schema.Type, "null"));
            return;
        }
        if (!CheckType(value, schema, path, errors)) return;
        CheckEnum(value, schema, path, errors);
        switch (value)
        {
            case JsonObject map:
                CheckMap(map, schema, path, errors, old as JsonObject);
                break;
            case JsonArray list:
                CheckList(list, schema, path, errors, old as JsonArray);
                break;
            case JsonValue scalar when scalar.TryGetValue<string>(out var text):
                CheckText(text, schema, path, errors);
                break;
            default:
                NumberKeywords.Check(value, schema, path, errors);
                break;
        }
        Combinations.Check(value, schema, path, errors);
    }

    private static bool CheckType(JsonNode value, StructuralSchema schema, string path, List<FieldError> errors)
    {
        var actual = TypeOf(value);
        if (schema.IntOrString)
        {
            if (actual is "integer" or "string") return true;
            errors.Add(TypeError(path, "integer,string", actual == "number" ? "float64" : actual));
            return false;
        }
        if (schema.Type.Length == 0 || schema.Type == actual || (schema.Type == "number" && actual == "integer")) return true;
        if (schema.Type == "integer" && actual == "number")
        {
            if (JsonTree.AsDouble(value) is { } real && real == Math.Floor(real)) return true;
            if (schema.Format.Length > 0)
            {
                errors.Add(new("FieldValueInvalid", "<nil>", $"Invalid value: \"\": Checked value must be of type integer with format {schema.Format} in {path}"));
                errors.Add(TypeError(path, schema.Format, "float64"));
            }
            else errors.Add(TypeError(path, "integer", "float64"));
            return false;
        }
        errors.Add(TypeError(path, schema.Type, actual == "number" ? "float64" : actual));
        return false;
    }

    private static void CheckEnum(JsonNode value, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (schema.Enum is not { } allowed || allowed.Any(candidate => JsonTree.Same(candidate, value))) return;
        errors.Add(FieldError.NotSupported(Field(path), value, allowed.Select(a => a is JsonValue v && v.TryGetValue<string>(out var s) ? s : a?.ToJsonString() ?? "null")));
    }

    private static void CheckMap(JsonObject map, StructuralSchema schema, string path, List<FieldError> errors, JsonObject? old)
    {
        foreach (var name in schema.Required)
            if (!map.ContainsKey(name)) errors.Add(FieldError.Required(Join(path, name)));
        if (schema.MaxProperties is { } most && map.Count > most) errors.Add(FieldError.TooMany(Field(path), map.Count, most));
        if (schema.MinProperties is { } least && map.Count < least)
            errors.Add(FieldError.Invalid(Field(path), map.Count, $"{path} in body should have at least {least} properties"));
        foreach (var (name, child) in map)
            if (schema.Field(name) is { } known) Check(child, known, Join(path, name), errors, old?[name]);
    }

    private static void CheckList(JsonArray list, StructuralSchema schema, string path, List<FieldError> errors, JsonArray? old)
    {
        if (schema.MaxItems is { } most && list.Count > most) errors.Add(FieldError.TooMany(Field(path), list.Count, most));
        if (schema.MinItems is { } least && list.Count < least)
            errors.Add(FieldError.Invalid(Field(path), list.Count, $"{path} in body should have at least {least} items"));
        if (schema.Items is { } items)
            for (var i = 0; i < list.Count; i++) Check(list[i], items, $"{path}[{i}]", errors, ListElements.Previous(list[i], i, schema, old));
        ListElements.CheckDuplicates(list, schema, path, errors);
    }

    private static void CheckText(string text, StructuralSchema schema, string path, List<FieldError> errors)
    {
        var length = text.EnumerateRunes().Count();
        if (schema.MaxLength is { } most && length > most) errors.Add(FieldError.TooLong(Field(path), most));
        if (schema.MinLength is { } least && length < least)
            errors.Add(FieldError.Invalid(Field(path), text, $"{path} in body should be at least {least} chars long"));
        if (schema.Pattern is { } pattern && !pattern.IsMatch(text))
            errors.Add(FieldError.Invalid(Field(path), text, $"{path} in body should match '{schema.PatternText}'"));
        if (schema.Format.Length > 0 && !StringFormats.IsValid(schema.Format, text))
            errors.Add(FieldError.TypeInvalid(Field(path), text, $"{path} in body must be of type {schema.Format}: {FieldError.Quote(text)}"));
    }

    internal static string Field(string path) => path.Length == 0 ? "<nil>" : path;

    internal static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    internal static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        JsonValue v when v.TryGetValue<string>(out _) => "string",
        JsonValue v when v.TryGetValue<bool>(out _) => "boolean",
        _ => JsonTree.IsInteger(value) ? "integer" : "number",
    };

    private static FieldError TypeError(string path, string expected, string actual) =>
        FieldError.TypeInvalid(Field(path), actual, string.Create(CultureInfo.InvariantCulture, $"{path} in body must be of type {expected}: \"{actual}\""));
}
