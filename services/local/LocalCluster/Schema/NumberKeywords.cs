using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Schema;

/// <summary>minimum, maximum, multipleOf and the integer formats.</summary>
internal static class NumberKeywords
{
    public static void Check(JsonNode value, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (JsonTree.AsDouble(value) is not { } number) return;
        var field = SchemaValidation.Field(path);
        if (schema.Type == "integer" && schema.Format == "int32" && number is < int.MinValue or > int.MaxValue && schema.Format == "int32")
            errors.Add(new("FieldValueInvalid", "<nil>", $"Invalid value: \"\": Checked value must be of type integer with format int32 in {path}"));
        if (schema.Minimum is { } least && (schema.ExclusiveMinimum ? number <= least : number < least))
            errors.Add(FieldError.Invalid(field, value, $"{path} in body should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Show(least)}"));
        if (schema.Maximum is { } most && (schema.ExclusiveMaximum ? number >= most : number > most))
            errors.Add(FieldError.Invalid(field, value, $"{path} in body should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Show(most)}"));
        if (schema.MultipleOf is { } factor && !IsMultiple(number, factor))
            errors.Add(FieldError.Invalid(field, value, $"{path} in body should be a multiple of {Show(factor)}"));
    }

    private static bool IsMultiple(double number, double factor)
    {
        var quotient = number / factor;
        return quotient == Math.Floor(quotient);
    }

    private static string Show(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
