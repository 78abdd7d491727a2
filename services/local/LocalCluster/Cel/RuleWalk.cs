using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Cel;

/// <summary>Evaluates the rules of a schema on a value and everything in it. Rules on what did not change hold as before.</summary>
internal static class RuleWalk
{
    public static List<FieldError> Check(JsonObject obj, JsonObject? old, StructuralSchema schema)
    {
        List<FieldError> errors = [];
        var budget = new CelBudget();
        if (schema.Rules.Count > 0) Evaluate(Root(obj), old is null ? null : Root(old), schema, "", errors, budget);
        foreach (var (name, property) in schema.Properties)
            if (name is not ("apiVersion" or "kind" or "metadata") && obj[name] is { } child) Walk(child, old?[name], property, name, errors, budget);
        return errors;
    }

    /// <summary>A default is judged by the rules of its schema before the defaults inside it are filled in.</summary>
    public static List<FieldError> CheckDefault(JsonNode? value, StructuralSchema schema, string path)
    {
        List<FieldError> errors = [];
        var budget = new CelBudget();
        foreach (var rule in schema.Rules.Where(r => !r.IsTransition))
        {
            try
            {
                if (CelEvaluator.Evaluate(rule.Expression, new() { ["self"] = CelValues.Of(value) }, budget) is not true)
                    errors.Add(FieldError.InvalidText(path, Message(rule, value, null, budget)));
            }
            catch (CelException failed)
            {
                var type = SchemaValidation.TypeOf(value);
                errors.Add(FieldError.Invalid(path, type, $"{failed.Message} evaluating rule: {(rule.Message.Length > 0 ? rule.Message : rule.Rule)}"));
            }
        }
        return errors;
    }

    private static void Walk(JsonNode? value, JsonNode? old, StructuralSchema schema, string path, List<FieldError> errors, CelBudget budget)
    {
        if (value is null || budget.IsSpent) return;
        if (schema.Rules.Count > 0) Evaluate(value, old, schema, path, errors, budget);
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map)
                    if (schema.Field(name) is { } field) Walk(child, (old as JsonObject)?[name], field, schema.Properties.ContainsKey(name) ? $"{path}.{name}" : $"{path}[{name}]", errors, budget);
                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++) Walk(list[i], ListElements.Previous(list[i], i, schema, old as JsonArray), items, $"{path}[{i}]", errors, budget);
                break;
        }
    }

    private static void Evaluate(JsonNode value, JsonNode? old, StructuralSchema schema, string path, List<FieldError> errors, CelBudget budget)
    {
        var unchanged = old is not null && JsonTree.Same(value, old);
        foreach (var rule in schema.Rules)
        {
            if (unchanged && !rule.IsTransition) continue;
            if (rule.IsTransition && !rule.OptionalOldSelf && old is null) continue;
            var variables = new Dictionary<string, object?> { ["self"] = CelValues.Of(value) };
            if (rule.OptionalOldSelf) variables["oldSelf"] = old is null ? Optional.None : new Optional(CelValues.Of(old), true);
            else if (old is not null) variables["oldSelf"] = CelValues.Of(old);
            try
            {
                if (CelEvaluator.Evaluate(rule.Expression, variables, budget) is true) continue;
                errors.Add(Violation(rule, value, path, Message(rule, value, old, budget)));
            }
            catch (CelException) when (budget.IsSpent)
            {
                errors.Add(FieldError.Invalid(path.Length == 0 ? "<nil>" : path, SchemaValidation.TypeOf(value),
                    $"no further validation rules will be run due to call cost exceeds limit for rule: {(rule.Message.Length > 0 ? rule.Message : rule.Rule)}"));
                return;
            }
            catch (CelException failed)
            {
                errors.Add(FieldError.Invalid(path.Length == 0 ? "<nil>" : path, SchemaValidation.TypeOf(value), $"{failed.Message} evaluating rule: {(rule.Message.Length > 0 ? rule.Message : rule.Rule)}"));
            }
        }
    }

    private static string Message(CelRule rule, JsonNode? value, JsonNode? old, CelBudget budget)
    {
        if (rule.MessageExpression is { } expression)
        {
            try
            {
                var variables = new Dictionary<string, object?> { ["self"] = CelValues.Of(value) };
                if (old is not null) variables["oldSelf"] = CelValues.Of(old);
                if (CelEvaluator.Evaluate(expression, variables, budget) is string text && text.Trim().Length > 0 && !text.Contains('\n', StringComparison.Ordinal)) return text.Trim();
            }
            catch (CelException)
            {
                return Fallback(rule); // a message that cannot be made must not hide the violation
            }
        }
        return Fallback(rule);
    }

    private static string Fallback(CelRule rule) => rule.Message.Length > 0 ? rule.Message.Trim() : $"failed rule: {rule.Rule}";

    private static FieldError Violation(CelRule rule, JsonNode value, string path, string message)
    {
        var field = (path + rule.FieldPath).TrimStart('.');
        if (field.Length == 0) field = "<nil>";
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(field, message),
            "FieldValueRequired" => FieldError.Required(field, message),
            "FieldValueDuplicate" => FieldError.Duplicate(field, value is JsonValue ? value : SchemaValidation.TypeOf(value)),
            _ => value is JsonValue ? FieldError.Invalid(field, value, message) : FieldError.InvalidText(field, message),
        };
    }

    /// <summary>At the root only the names of the metadata can be seen.</summary>
    private static JsonObject Root(JsonObject obj)
    {
        var root = (JsonObject)obj.DeepClone();
        var metadata = new JsonObject();
        foreach (var field in (string[])["name", "generateName"])
            if (obj.At("metadata", field) is { } value) metadata[field] = value.DeepClone();
        root["metadata"] = metadata;
        return root;
    }
}
