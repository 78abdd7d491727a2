namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Evaluates expressions.</summary>
internal sealed class Evaluator(Budget budget)
{
    private const int DeepestNesting = 2000;
    private int _depth;

    public object? Evaluate(Expression expression, Scope scope, object? filtered = null)
    {
        budget.Step();
        // A stack that runs out is noticed too, but unwinding it takes seconds.
        if (++_depth > DeepestNesting) throw new TemplateException(TemplateFault.Other, $"expressions are nested more than {DeepestNesting} deep.");
        var value = Compute(expression, scope, filtered);
        _depth--;
        return expression is Expression.Constant or Expression.Variable or Expression.Attribute ? value : budget.Spend(value);
    }

    private object? Compute(Expression expression, Scope scope, object? filtered)
    {
        switch (expression)
        {
            case Expression.Constant constant:
                return constant.Value;
            case Expression.Variable variable:
                return scope[variable.Name];
            case Expression.Sequence sequence:
                return new PythonList(sequence.Items.Select(item => Evaluate(item, scope)), sequence.IsTuple);
            case Expression.Mapping mapping:
                var dict = new PythonDict();
                foreach (var (key, value) in mapping.Items) dict[Evaluate(key, scope)] = Evaluate(value, scope);
                return dict;
            case Expression.Unary unary:
                return Operations.Unary(unary.Operator, Evaluate(unary.Operand, scope));
            case Expression.Binary binary:
                return EvaluateBinary(binary, scope);
            case Expression.Concat concat:
                return Sizes.Join("", concat.Parts.Select(part => PythonText.Show(Evaluate(part, scope))));
            case Expression.Compare compare:
                return EvaluateComparison(compare, scope);
            case Expression.Condition condition:
                if (Operations.IsTrue(Evaluate(condition.When, scope))) return Evaluate(condition.Then, scope);
                return condition.Else is null ? new Undefined("the inline if-expression evaluated to false and no else section was defined.") : Evaluate(condition.Else, scope);
            case Expression.Attribute attribute:
                return Access.Attribute(Evaluate(attribute.Target, scope), attribute.Name);
            case Expression.Item { Key: Expression.Slice slice } item:
                return Access.Slice(Evaluate(item.Target, scope), Optional(slice.Start, scope), Optional(slice.Stop, scope), Optional(slice.Step, scope));
            case Expression.Item item:
                return Access.Item(Evaluate(item.Target, scope), Evaluate(item.Key, scope));
            case Expression.Call call:
                return Call(Evaluate(call.Target, scope), EvaluateArguments(call.Arguments, scope));
            case Expression.Filter filter:
                var input = filter.Target is null ? filtered : Evaluate(filter.Target, scope, filtered);
                return Filters.Apply(filter.Name, input, EvaluateArguments(filter.Arguments, scope));
            case Expression.Test test:
                return Tests.Apply(test.Name, Evaluate(test.Target, scope), EvaluateArguments(test.Arguments, scope)) != test.Negated;
            default:
                throw new TemplateException(TemplateFault.Syntax, "a slice stands outside brackets.");
        }
    }

    public object? Call(object? target, CallArguments arguments)
    {
        budget.Enter();
        var result = target switch
        {
            Callable callable => callable(arguments),
            ICallable callable => callable.Call(arguments),
            Undefined undefined => throw undefined.Error(),
            _ => throw new TemplateException(TemplateFault.Other, $"'{PythonText.TypeName(target)}' object is not callable."),
        };
        budget.Leave();
        return result;
    }

    public CallArguments EvaluateArguments(Arguments arguments, Scope scope)
    {
        var positional = arguments.Positional.Select(argument => Evaluate(argument, scope)).ToList();
        var named = arguments.Named.Select(argument => (argument.Name, Evaluate(argument.Value, scope))).ToList();
        if (arguments.MorePositional is not null) positional.AddRange(Operations.Iterate(Evaluate(arguments.MorePositional, scope)));
        if (arguments.MoreNamed is not null && Evaluate(arguments.MoreNamed, scope) is PythonDict more) named.AddRange(more.Entries.Select(entry => (PythonText.Show(entry.Key), entry.Value)));
        return new CallArguments(positional, named);
    }

    private object? Optional(Expression? expression, Scope scope) => expression is null ? null : Evaluate(expression, scope);

    private object? EvaluateBinary(Expression.Binary binary, Scope scope)
    {
        var left = Evaluate(binary.Left, scope);
        switch (binary.Operator)
        {
            case "and":
                return Operations.IsTrue(left) ? Evaluate(binary.Right, scope) : left;
            case "or":
                return Operations.IsTrue(left) ? left : Evaluate(binary.Right, scope);
            default:
                return Operations.Binary(binary.Operator, left, Evaluate(binary.Right, scope));
        }
    }

    private object EvaluateComparison(Expression.Compare compare, Scope scope)
    {
        var left = Evaluate(compare.First, scope);
        foreach (var (symbol, operand) in compare.Rest)
        {
            var right = Evaluate(operand, scope);
            if (!Operations.Compare(symbol, left, right)) return false;
            left = right;
        }

        return true;
    }
}

/// <summary>An object that can be called and has attributes of its own.</summary>
internal interface ICallable
{
    object? Call(CallArguments arguments);
}
