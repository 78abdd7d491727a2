using System.Globalization;
using Platform.LocalCluster.Cel;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.CustomResources;

/// <summary>No rule of a definition, and not all together, may cost more in the worst case than a server can afford. The limits are those of Kubernetes.</summary>
internal sealed class RuleCostValidation
{
    private const double PerRule = 10_000_000;
    private const double PerSchema = 100_000_000;
    private const int NamedInTotal = 4;

    private readonly List<(string Path, double Cost)> _costs = [];
    private readonly List<FieldError> _errors = [];

    public static IEnumerable<FieldError> Check(StructuralSchema schema, string path)
    {
        var validation = new RuleCostValidation();
        validation.Walk(schema, path, 1);
        var total = validation._costs.Sum(c => c.Cost);
        if (total > PerSchema)
        {
            foreach (var (at, _) in validation._costs.Where(c => c.Cost * 100 >= PerSchema).OrderByDescending(c => c.Cost).Take(NamedInTotal))
                validation._errors.Add(FieldError.Forbidden(at, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"));
            validation._errors.Add(FieldError.Forbidden(path, Message("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", total / PerSchema)));
        }
        return validation._errors;
    }

    /// <param name="occurrences">How often the value can stand in an object; null where nothing bounds it.</param>
    private void Walk(StructuralSchema schema, string path, double? occurrences)
    {
        var times = occurrences ?? SchemaSizes.MaxOccurrences(schema);
        for (var i = 0; i < schema.Rules.Count; i++)
        {
            var at = $"{path}.x-kubernetes-validations[{i}]";
            Judge(schema.Rules[i].Expression, schema, times, $"{at}.rule", "estimated rule cost");
            if (schema.Rules[i].MessageExpression is { } message) Judge(message, schema, 1, $"{at}.messageExpression", "estimated messageExpression cost");
        }
        foreach (var (name, property) in schema.Properties) Walk(property, $"{path}.properties[{name}]", occurrences);
        if (schema.Items is { } items) Walk(items, $"{path}.items", occurrences * schema.MaxItems);
        if (schema.AdditionalProperties is { } values) Walk(values, $"{path}.additionalProperties", occurrences * schema.MaxProperties);
    }

    private void Judge(CelExpression expression, StructuralSchema schema, double times, string path, string what)
    {
        double cost;
        try
        {
            cost = CelCost.Estimate(expression, schema) * times;
        }
        catch (CelException tooDeep)
        {
            _errors.Add(FieldError.Forbidden(path, tooDeep.Message));
            return;
        }

        _costs.Add((path, cost));
        if (cost > PerRule) _errors.Add(FieldError.Forbidden(path, Message(what, cost / PerRule)));
    }

    private static string Message(string what, double factor)
    {
        var shown = factor switch
        {
            > 100 => "more than 100x",
            < 1.5 => factor.ToString("F6", CultureInfo.InvariantCulture) + "x", // "1.0x" would say that nothing is exceeded
            _ => factor.ToString("F1", CultureInfo.InvariantCulture) + "x",
        };
        return $"{what} exceeds budget by factor of {shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
    }
}
