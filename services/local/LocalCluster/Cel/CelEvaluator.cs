using System.Text;

namespace Platform.LocalCluster.Cel;

/// <summary>Evaluates an expression. The number of steps is bounded, for the expression and for all of an object's, so that rules cannot hold up the server.</summary>
internal sealed class CelEvaluator
{
    private static readonly string[] Macros = ["all", "exists", "exists_one", "existsOne", "map", "filter", "optMap", "optFlatMap"];

    private readonly Dictionary<string, object?> _variables;
    private readonly CelBudget _budget;

    private CelEvaluator(Dictionary<string, object?> variables, CelBudget budget) => (_variables, _budget) = (variables, budget);

    public static object? Evaluate(CelExpression expression, Dictionary<string, object?> variables, CelBudget budget)
    {
        budget.Begin();
        return new CelEvaluator(variables, budget).Eval(expression);
    }

    public static bool IsMacro(string function) => Macros.Contains(function);

    private object? Eval(CelExpression expression)
    {
        _budget.Spend(1);
        CelParser.EnsureStack();
        switch (expression)
        {
            case Literal literal:
                return literal.Value;
            case Identifier identifier:
                return _variables.TryGetValue(identifier.Name, out var value) ? value : TypeName(identifier.Name) ?? throw new CelException($"undeclared reference to '{identifier.Name}'");
            case Select select:
                return SelectField(select);
            case IndexAt index:
                return Index(index);
            case ListOf list:
                return list.Items.Select(Eval).ToList();
            case MapOf map:
                Dictionary<object, object?> entries = [];
                foreach (var (key, entry) in map.Entries) entries[Eval(key) ?? throw new CelException("unsupported key type")] = Eval(entry);
                return entries;
            case Call call:
                return EvalCall(call);
            default:
                throw new CelException("unknown expression");
        }
    }

    private object? SelectField(Select select)
    {
        var operand = Eval(select.Operand);
        var field = Unescape(select.Field);
        if (operand is Optional optional)
            return optional.HasValue && CelValues.TryGet(optional.Value, field, out var inside) ? new Optional(inside, true) : Optional.None;
        if (CelValues.TryGet(operand, field, out var value)) return select.Optional ? new Optional(value, true) : value;
        return select.Optional ? Optional.None : throw new CelException($"no such key: {field}");
    }

    private object? Index(IndexAt index)
    {
        var (operand, key) = (Eval(index.Operand), Eval(index.Key));
        if (operand is Optional optional) return optional.HasValue && CelValues.TryGet(optional.Value, key, out var inside) ? new Optional(inside, true) : Optional.None;
        if (CelValues.TryGet(operand, key, out var value)) return index.Optional ? new Optional(value, true) : value;
        if (index.Optional) return Optional.None;
        throw new CelException(CelValues.IsMap(operand) ? $"no such key: {CelValues.Show(key)}" : $"index out of bounds: {CelValues.Show(key)}");
    }

    private object? EvalCall(Call call)
    {
        switch (call.Function)
        {
            case "_&&_":
                return Both(call.Arguments[0], call.Arguments[1], stopsAt: false);
            case "_||_":
                return Both(call.Arguments[0], call.Arguments[1], stopsAt: true);
            case "_?_:_":
                return Eval(call.Arguments[0]) is bool yes ? Eval(call.Arguments[yes ? 1 : 2]) : throw new CelException("no such overload: _?_:_");
            case "has" when call.Target is null && call.Arguments is [Select select]:
                return Eval(select.Operand) switch
                {
                    Optional optional => optional.HasValue && CelValues.TryGet(optional.Value, Unescape(select.Field), out _),
                    var operand => CelValues.TryGet(operand, Unescape(select.Field), out _),
                };
            case "bind" when call is { Target: Identifier { Name: "cel" }, Arguments: [Identifier name, var init, var body] }:
                return With(name.Name, Eval(init), () => Eval(body));
        }
        if (call.Target is Identifier { Name: "optional" })
            return call.Function switch
            {
                "of" => new Optional(Eval(call.Arguments[0]), true),
                "none" => Optional.None,
                "ofNonZeroValue" => Eval(call.Arguments[0]) is var v && v is null or 0L or "" or false ? Optional.None : new Optional(v, true),
                _ => throw new CelException($"undeclared reference to 'optional.{call.Function}'"),
            };
        if (call.Target is not null && Macros.Contains(call.Function) && call.Arguments is [Identifier variable, ..]) return Macro(call, variable.Name);
        List<object?> arguments = [];
        if (call.Target is not null) arguments.Add(Eval(call.Target));
        foreach (var argument in call.Arguments) arguments.Add(Eval(argument));
        _budget.SpendOn(call.Function, arguments);
        return CelFunctions.Call(call.Function, call.Target is not null, arguments);
    }

    /// <summary>An error on one side does not matter when the other side decides.</summary>
    private bool Both(CelExpression left, CelExpression right, bool stopsAt)
    {
        CelException? failed = null;
        foreach (var side in (ReadOnlySpan<CelExpression>)[left, right])
        {
            try
            {
                if (Eval(side) is not bool value) failed ??= new CelException("no such overload");
                else if (value == stopsAt) return stopsAt;
            }
            catch (CelException error) when (!_budget.IsSpent)
            {
                failed ??= error;
            }
        }
        return failed is null ? !stopsAt : throw failed;
    }

    private object? Macro(Call call, string variable)
    {
        if (call.Function is "optMap" or "optFlatMap") return OptionalMacro(call, variable);
        var items = CelValues.Items(Eval(call.Target!)).ToList();
        switch (call.Function)
        {
            case "all" or "exists":
                var stopsAt = call.Function == "exists";
                CelException? failed = null;
                foreach (var item in items)
                {
                    try
                    {
                        if (Test(variable, item, call.Arguments[1]) == stopsAt) return stopsAt;
                    }
                    catch (CelException error) when (!_budget.IsSpent)
                    {
                        failed ??= error;
                    }
                }
                return failed is null ? !stopsAt : throw failed;
            case "filter":
                return items.Where(item => Test(variable, item, call.Arguments[1])).ToList();
            case "map":
                var chosen = call.Arguments.Count == 3 ? items.Where(item => Test(variable, item, call.Arguments[1])) : items;
                return chosen.Select(item => With(variable, item, () => Eval(call.Arguments[^1]))).ToList();
            default:
                return items.Count(item => Test(variable, item, call.Arguments[1])) == 1;
        }
    }

    private object? OptionalMacro(Call call, string variable)
    {
        if (Eval(call.Target!) is not Optional optional) throw new CelException($"no such overload: {call.Function}");
        if (!optional.HasValue) return Optional.None;
        var mapped = With(variable, optional.Value, () => Eval(call.Arguments[1]));
        return call.Function == "optMap" ? new Optional(mapped, true) : mapped as Optional ?? throw new CelException("no such overload: optFlatMap");
    }

    private bool Test(string variable, object? item, CelExpression predicate) =>
        With(variable, item, () => Eval(predicate)) is bool result ? result : throw new CelException("no such overload");

    private object? With(string name, object? value, Func<object?> body)
    {
        var shadowed = _variables.TryGetValue(name, out var outer);
        _variables[name] = value;
        try
        {
            return body();
        }
        finally
        {
            if (shadowed) _variables[name] = outer;
            else _variables.Remove(name);
        }
    }

    /// <summary>Field names that are no identifiers are escaped in rules: "__dash__" for "-", "__if__" for a reserved word.</summary>
    public static string Unescape(string field)
    {
        if (!field.Contains("__", StringComparison.Ordinal)) return field;
        var name = new StringBuilder(field).Replace("__dot__", ".").Replace("__dash__", "-").Replace("__slash__", "/").Replace("__underscores__", "__").ToString();
        return name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && name.Length > 4 ? name[2..^2] : name;
    }

    private static object? TypeName(string name) => name is "int" or "uint" or "double" or "bool" or "string" or "bytes" or "list" or "map" or "null_type" or "type" ? $"type({name})" : null;
}
