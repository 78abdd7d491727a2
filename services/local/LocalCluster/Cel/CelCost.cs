using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Cel;

/// <summary>What is known of a subexpression before it runs: the most it costs, the largest its value gets (null: unknown), and of what shape it is.</summary>
internal sealed record CelEstimate(double Cost, double? Size = null, string Kind = "", StructuralSchema? Schema = null, CelEstimate? Element = null)
{
    public double SizeOrUnknown => Size ?? CelCost.Unbounded;

    public bool IsList => Kind == "array";

    public static CelEstimate Scalar(double cost, string kind) => new(cost, 1, kind);
}

/// <summary>
/// The worst case of an expression's cost, by the rules of cel-go's checker (checker/cost.go) with the library costs of Kubernetes: a field
/// or variable costs 1, reading a string a tenth of its length, a macro its body times the length of its list.
/// </summary>
internal sealed class CelCost
{
    /// <summary>Stands for "no bound is known", as the largest number does in cel-go.</summary>
    public const double Unbounded = ulong.MaxValue;

    private readonly Dictionary<string, CelEstimate> _variables = [];

    private CelCost(StructuralSchema self)
    {
        foreach (var name in (string[])["self", "oldSelf"]) _variables[name] = Of(self, 1);
    }

    public static double Estimate(CelExpression expression, StructuralSchema self) => Math.Min(Unbounded, new CelCost(self).Visit(expression).Cost);

    private static CelEstimate Of(StructuralSchema? schema, double cost)
    {
        if (schema is null) return new CelEstimate(cost);
        var scalar = schema.Type is "integer" or "number" or "boolean";
        return new CelEstimate(cost, scalar ? 1 : SchemaSizes.MaxElements(schema), schema.IntOrString ? "" : schema.Type, schema);
    }

    private CelEstimate Visit(CelExpression expression)
    {
        CelParser.EnsureStack();
        switch (expression)
        {
            case Literal literal:
                return literal.Value switch
                {
                    string text => new CelEstimate(0, text.EnumerateRunes().Count(), "string"),
                    byte[] bytes => new CelEstimate(0, bytes.Length, "bytes"),
                    _ => CelEstimate.Scalar(0, "integer"),
                };
            case Identifier identifier:
                return _variables.TryGetValue(identifier.Name, out var known) ? known with { Cost = 1 } : new CelEstimate(1);
            case Select select:
                var operand = Visit(select.Operand);
                return Of(operand.Schema?.Field(CelEvaluator.Unescape(select.Field)), operand.Cost + 1);
            case IndexAt index:
                var (container, key) = (Visit(index.Operand), Visit(index.Key));
                return ElementOf(container) with { Cost = container.Cost + key.Cost + 1 };
            case ListOf list:
                var items = list.Items.Select(Visit).ToList();
                return new CelEstimate(10 + items.Sum(i => i.Cost), items.Count, "array", Element: items.Count == 0 ? null : items.MaxBy(i => i.SizeOrUnknown));
            case MapOf map:
                return new CelEstimate(30 + map.Entries.Sum(e => Visit(e.Key).Cost + Visit(e.Value).Cost), map.Entries.Count, "object");
            case Call call:
                return VisitCall(call);
            default:
                return new CelEstimate(0);
        }
    }

    private CelEstimate VisitCall(Call call)
    {
        if (call is { Function: "has", Target: null, Arguments: [Select tested] }) return CelEstimate.Scalar(Visit(tested.Operand).Cost, "boolean");
        if (call is { Function: "bind", Target: Identifier { Name: "cel" }, Arguments: [Identifier bound, var init, var body] })
        {
            var value = Visit(init);
            var result = With(bound.Name, value, body);
            return result with { Cost = 10 + value.Cost + result.Cost };
        }
        if (call.Target is { } list && call.Arguments is [Identifier variable, _, ..] && CelEvaluator.IsMacro(call.Function)) return Macro(call, Visit(list), variable.Name);
        List<CelEstimate> operands = [];
        if (call.Target is { } target) operands.Add(Visit(target));
        operands.AddRange(call.Arguments.Select(Visit));
        var own = CelCallCost.Of(call.Function, operands);
        return own with { Cost = own.Cost + operands.Sum(o => o.Cost) };
    }

    /// <summary>The loop that the macro stands for: its condition and its step, once per element.</summary>
    private CelEstimate Macro(Call call, CelEstimate range, string variable)
    {
        var element = range.IsList ? ElementOf(range) : new CelEstimate(1, range.Schema is null ? null : 0, "string");
        if (call.Function is "optMap" or "optFlatMap")
        {
            var mapped = With(variable, range, call.Arguments[1]);
            return mapped with { Cost = range.Cost + mapped.Cost + 3 };
        }
        var bodies = call.Arguments.Skip(1).Select(body => With(variable, element, body)).ToList();
        var body = bodies.Sum(b => b.Cost);
        var count = range.SizeOrUnknown;
        return call.Function switch
        {
            "all" => CelEstimate.Scalar(range.Cost + 1 + count * (2 + 1 + body), "boolean"),
            "exists" => CelEstimate.Scalar(range.Cost + 1 + count * (3 + 1 + body), "boolean"),
            "filter" => new CelEstimate(range.Cost + 10 + 1 + count * (body + 13), range.Size, "array", range.IsList ? range.Schema : null, element),
            "map" => new CelEstimate(range.Cost + 10 + 1 + count * (body + 12), range.Size, "array", Element: bodies[^1]),
            _ => CelEstimate.Scalar(range.Cost + 2 + count * (body + 2), "boolean"),
        };
    }

    private CelEstimate With(string name, CelEstimate value, CelExpression body)
    {
        var outer = _variables.GetValueOrDefault(name);
        _variables[name] = value;
        var result = Visit(body);
        if (outer is null) _variables.Remove(name);
        else _variables[name] = outer;
        return result;
    }

    private static CelEstimate ElementOf(CelEstimate container) =>
        container.Element ?? Of(container.Schema?.Items ?? container.Schema?.AdditionalProperties, 1);
}
