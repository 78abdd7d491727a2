using System.Text.Json.Nodes;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Schema;

/// <summary>allOf, anyOf, oneOf and not. As in kube-openapi, the errors of the branch that came closest are listed too.</summary>
internal static class Combinations
{
    public static void Check(JsonNode value, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (schema.AnyOf.Count > 0 && !schema.IntOrString)
        {
            var (valid, closest) = Try(value, schema.AnyOf, path);
            if (valid == 0)
            {
                errors.Add(Violation($"\"{path}\" must validate at least one schema (anyOf)"));
                errors.AddRange(closest);
            }
        }
        if (schema.OneOf.Count > 0)
        {
            var (valid, closest) = Try(value, schema.OneOf, path);
            if (valid != 1)
            {
                var found = valid == 0 ? "none valid" : $"{valid} valid alternatives";
                errors.Add(Violation($"\"{path}\" must validate one and only one schema (oneOf). Found {found}"));
                if (valid == 0) errors.AddRange(closest);
            }
        }
        if (schema.AllOf.Count > 0)
        {
            var (valid, _) = Try(value, schema.AllOf, path);
            if (valid < schema.AllOf.Count)
            {
                errors.Add(Violation($"\"{path}\" must validate all the schemas (allOf){(valid == 0 ? ". None validated" : "")}"));
                foreach (var branch in schema.AllOf) errors.AddRange(SchemaValidation.Validate(value, branch, null, path));
            }
        }
        if (schema.Not is { } not && SchemaValidation.Validate(value, not, null, path).Count == 0)
            errors.Add(Violation($"\"{path}\" must not validate the schema (not)"));
    }

    private static (int Valid, List<FieldError> Closest) Try(JsonNode value, IReadOnlyList<StructuralSchema> branches, string path)
    {
        var valid = 0;
        List<FieldError>? closest = null;
        foreach (var branch in branches)
        {
            var errors = SchemaValidation.Validate(value, branch, null, path);
            if (errors.Count == 0) valid++;
            else if (closest is null || errors.Count < closest.Count) closest = errors;
        }
        return (valid, closest ?? []);
    }

    private static FieldError Violation(string message) => new("FieldValueInvalid", "<nil>", $"Invalid value: \"\": {message}");
}
