using System.Text.Json.Nodes;
using Platform.LocalCluster.Cel;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.CustomResources;

/// <summary>A schema must be structural: every level typed, lists with their keys, defaults valid, rules that compile.</summary>
internal static class SchemaDefinitionValidation
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    public static void Check(JsonObject schema, string path, List<FieldError> errors)
    {
        var before = errors.Count;
        if (string.IsNullOrEmpty(schema.Text("type"))) errors.Add(FieldError.Required($"{path}.type", "must not be empty at the root"));
        Walk(schema, path, root: true, errors);
        if (errors.Count != before) return;
        var read = SchemaReader.Read(schema, root: true);
        CheckDefaults(read, schema, path, errors);
        errors.AddRange(RuleCostValidation.Check(read, path));
    }

    private static void Walk(JsonObject schema, string path, bool root, List<FieldError> errors)
    {
        var type = schema.Text("type") ?? "";
        var free = schema.Flag("x-kubernetes-int-or-string") == true || schema.Flag("x-kubernetes-preserve-unknown-fields") == true;
        if (type.Length > 0 && !Types.Contains(type)) errors.Add(FieldError.NotSupported($"{path}.type", type, Types));
        if (root && type.Length > 0 && type != "object") errors.Add(FieldError.Invalid($"{path}.type", type, "must be object at the root"));
        if (type.Length == 0 && !root && !free) errors.Add(FieldError.Required($"{path}.type", path.EndsWith(".items", StringComparison.Ordinal)
            ? "must not be empty for specified array items" : "must not be empty for specified object fields"));
        if (schema.Map("properties") is not null && schema["additionalProperties"] is not null && schema.Flag("additionalProperties") != false)
            errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive"));
        if (type == "array" && schema.Map("items") is null) errors.Add(FieldError.Required($"{path}.items", "must be specified"));
        if (schema.Flag("uniqueItems") == true) errors.Add(FieldError.Forbidden($"{path}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        if (schema.Text("pattern") is { } pattern) CheckPattern(pattern, path, errors);
        CheckListType(schema, path, errors);
        CheckRules(schema, path, errors);
        foreach (var (name, child) in schema.Map("properties") ?? [])
            if (child is JsonObject property) Walk(property, $"{path}.properties[{name}]", false, errors);
        if (schema.Map("items") is { } items) Walk(items, $"{path}.items", false, errors);
        if (schema.Map("additionalProperties") is { } additional) Walk(additional, $"{path}.additionalProperties", false, errors);
    }

    private static void CheckListType(JsonObject schema, string path, List<FieldError> errors)
    {
        var keys = schema.List("x-kubernetes-list-map-keys") ?? [];
        switch (schema.Text("x-kubernetes-list-type"))
        {
            case "map" when keys.Count == 0:
                errors.Add(FieldError.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
                break;
            case "map":
                for (var i = 0; i < keys.Count; i++)
                {
                    var key = keys[i].Text() ?? "";
                    var property = schema.Map("items", "properties", key);
                    if (property is null) errors.Add(FieldError.Invalid($"{path}.x-kubernetes-list-map-keys[{i}]", key, "must be a property of items"));
                    else if (property["default"] is null && !(schema.List("items", "required") ?? []).Any(r => r.Text() == key))
                        errors.Add(FieldError.Required($"{path}.items.properties[{key}].default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
                }
                break;
            case not (null or "atomic" or "set"):
                errors.Add(FieldError.NotSupported($"{path}.x-kubernetes-list-type", schema["x-kubernetes-list-type"], ["atomic", "map", "set"]));
                break;
        }
    }

    private static void CheckPattern(string pattern, string path, List<FieldError> errors)
    {
        try
        {
            Patterns.Compile(pattern);
        }
        catch (ArgumentException invalid)
        {
            errors.Add(FieldError.Invalid($"{path}.pattern", pattern, $"must be a valid regular expression, but isn't: {invalid.Message}"));
        }
    }

    private static void CheckRules(JsonObject schema, string path, List<FieldError> errors)
    {
        var rules = schema.List("x-kubernetes-validations") ?? [];
        for (var i = 0; i < rules.Count; i++)
            if (rules[i] is JsonObject rule) errors.AddRange(RuleDefinition.Check(rule, schema, $"{path}.x-kubernetes-validations[{i}]"));
    }

    private static void CheckDefaults(StructuralSchema schema, JsonObject source, string path, List<FieldError> errors)
    {
        if (schema.HasDefault)
        {
            var at = $"{path}.default";
            var value = schema.Default;
            var unknown = Pruning.Prune(value?.DeepClone(), schema);
            if (unknown.Count > 0) errors.Add(FieldError.Invalid(at, value, "must not have unknown fields"));
            var shape = SchemaValidation.Validate(value, schema).Select(e => e with { Field = e.Field == "<nil>" ? at : $"{at}.{e.Field}" }).ToList();
            errors.AddRange(shape);
            if (shape.Count == 0)
                errors.AddRange(RuleWalk.CheckDefault(value, schema, at));
        }
        foreach (var (name, property) in schema.Properties)
            if (source.Map("properties", name) is { } child && name is not "metadata") CheckDefaults(property, child, $"{path}.properties[{name}]", errors);
        if (schema.Items is { } items && source.Map("items") is { } itemSource) CheckDefaults(items, itemSource, $"{path}.items", errors);
        if (schema.AdditionalProperties is { } additional && source.Map("additionalProperties") is { } additionalSource)
            CheckDefaults(additional, additionalSource, $"{path}.additionalProperties", errors);
    }

}
