using System.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Runs the statements of a template and collects what they write.</summary>
internal sealed class Renderer
{
    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    private readonly Budget _budget;
    private readonly Evaluator _evaluator;
    private readonly List<(int Start, int End)> _generated = [];
    private StringBuilder _output = new();
    private int _captures;

    public Renderer(TimeProvider clock)
    {
        _budget = new Budget(clock);
        _evaluator = new Evaluator(_budget);
    }

    /// <summary>The ranges of the output, in UTF-16 units, that generation blocks wrote.</summary>
    public IReadOnlyList<(int Start, int End)> Generated => _generated;

    public string Render(IReadOnlyList<Statement> template, Scope scope)
    {
        Run(template, scope);
        return _output.ToString();
    }

    private Flow Run(IReadOnlyList<Statement> statements, Scope scope)
    {
        foreach (var statement in statements)
        {
            _budget.Step();
            var flow = Run(statement, scope);
            if (flow != Flow.Next) return flow;
        }

        return Flow.Next;
    }

    private Flow Run(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Statement.Text text:
                Write(text.Value);
                break;
            case Statement.Output output:
                Write(PythonText.Show(_evaluator.Evaluate(output.Value, scope)));
                break;
            case Statement.If branches:
                return Run(branches.Branches.FirstOrDefault(branch => Operations.IsTrue(_evaluator.Evaluate(branch.Test, scope))).Body ?? branches.Else, scope);
            case Statement.For loop:
                Loop(loop, _evaluator.Evaluate(loop.Items, scope), scope, 0);
                break;
            case Statement.Set set:
                Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope);
                break;
            case Statement.SetBlock block:
                var content = Capture(block.Body, new Scope(scope));
                Assign(block.Target, block.Filter is null ? content : _evaluator.Evaluate(block.Filter, scope, content), scope);
                break;
            case Statement.With with:
                var inner = new Scope(scope);
                foreach (var (target, value) in with.Values.Select(pair => (pair.Target, _evaluator.Evaluate(pair.Value, scope))).ToList()) Assign(target, value, inner);
                return Run(with.Body, inner);
            case Statement.Macro macro:
                scope[macro.Name] = Bind(macro, scope);
                break;
            case Statement.CallBlock block:
                var arguments = _evaluator.EvaluateArguments(block.Call.Arguments, scope);
                var caller = new CallArguments(arguments.Positional, [.. arguments.Named, ("caller", Bind(block.Caller, scope))]);
                Write(PythonText.Show(_evaluator.Call(_evaluator.Evaluate(block.Call.Target, scope), caller)));
                break;
            case Statement.FilterBlock block:
                Write(PythonText.Show(_evaluator.Evaluate(block.Filter, scope, Capture(block.Body, new Scope(scope)))));
                break;
            case Statement.Generation generation:
                var start = _output.Length;
                var flow = Run(generation.Body, new Scope(scope));
                if (_captures == 0) _generated.Add((start, _output.Length));
                return flow;
            case Statement.Break:
                return Flow.Break;
            case Statement.Continue:
                return Flow.Continue;
            case Statement.Include:
                throw new TemplateException(TemplateFault.Other, "a chat template stands alone; it cannot include others.");
        }

        return Flow.Next;
    }

    private void Write(string text)
    {
        Sizes.Check((long)_output.Length + text.Length);
        _output.Append(text);
    }

    private string Capture(IReadOnlyList<Statement> body, Scope scope)
    {
        var outer = _output;
        _output = new StringBuilder();
        _captures++;
        Run(body, scope);
        var text = _output.ToString();
        _captures--;
        _output = outer;
        _budget.Spend(text);
        return text;
    }

    private void Loop(Statement.For loop, object? iterable, Scope scope, int depth)
    {
        var items = Operations.Iterate(iterable).ToList();
        _budget.Spend(iterable is string ? new PythonList(items) : null);
        if (loop.Condition is not null)
        {
            items = items.FindAll(item =>
            {
                var candidate = new Scope(scope);
                Assign(loop.Target, item, candidate);
                return Operations.IsTrue(_evaluator.Evaluate(loop.Condition, candidate));
            });
        }

        if (items.Count == 0)
        {
            Run(loop.Else, new Scope(scope));
            return;
        }

        var state = new LoopState(items, depth, loop.Recursive ? (inner, level) => Recurse(loop, inner, scope, level) : null);
        for (var index = 0; index < items.Count; index++)
        {
            _budget.Step();
            state.Index = index;
            var body = new Scope(scope) { ["loop"] = state };
            Assign(loop.Target, items[index], body);
            if (Run(loop.Body, body) == Flow.Break) return;
        }
    }

    private string Recurse(Statement.For loop, object? iterable, Scope scope, int depth)
    {
        var outer = _output;
        _output = new StringBuilder();
        _captures++;
        _budget.Enter();
        Loop(loop, iterable, scope, depth);
        _budget.Leave();
        var text = _output.ToString();
        _captures--;
        _output = outer;
        return text;
    }

    private void Assign(Expression target, object? value, Scope scope)
    {
        switch (target)
        {
            case Expression.Variable variable:
                scope[variable.Name] = value;
                break;
            case Expression.Attribute { Target: var owner, Name: var name }:
                if (_evaluator.Evaluate(owner, scope) is not Namespace names) throw new TemplateException(TemplateFault.Other, "cannot assign attribute on non-namespace object.");
                names.Attributes[name] = value;
                break;
            case Expression.Sequence targets:
                var values = Operations.Iterate(value).ToList();
                if (values.Count != targets.Items.Count) throw new TemplateException(TemplateFault.Other, $"{values.Count} values cannot be unpacked into {targets.Items.Count} names.");
                for (var i = 0; i < values.Count; i++) Assign(targets.Items[i], values[i], scope);
                break;
        }
    }

    private Callable Bind(Statement.Macro macro, Scope scope)
    {
        var mentions = new Lazy<IReadOnlySet<string>>(() => MacroVariables.Of(macro.Body));
        return arguments => Call(macro, scope, mentions, arguments);
    }

    private string Call(Statement.Macro macro, Scope scope, Lazy<IReadOnlySet<string>> mentions, CallArguments arguments)
    {
        var body = new Scope(scope);
        var known = macro.Parameters.Select(parameter => parameter.Name).ToList();
        if (arguments.Positional.Count > known.Count && !mentions.Value.Contains("varargs")) throw new TemplateException(TemplateFault.Other, $"macro '{macro.Name}' takes not more than {known.Count} argument(s).");
        for (var i = 0; i < known.Count; i++)
        {
            var (name, standard) = macro.Parameters[i];
            if (arguments.Has(i, name)) body[name] = arguments.Get(i, name);
            else body[name] = standard is null ? new Undefined($"parameter '{name}' was not provided") : _evaluator.Evaluate(standard, body);
        }

        var unknown = arguments.Named.Where(argument => !known.Contains(argument.Name) && argument.Name != "caller").ToList();
        if (unknown.Count > 0 && !mentions.Value.Contains("kwargs")) throw new TemplateException(TemplateFault.Other, $"macro '{macro.Name}' takes no keyword argument '{unknown[0].Name}'.");
        var more = new PythonDict();
        foreach (var (name, value) in unknown) more[name] = value;
        body["varargs"] = new PythonList(arguments.Positional.Skip(known.Count), isTuple: true);
        body["kwargs"] = more;
        if (arguments.Named.Any(argument => argument.Name == "caller")) body["caller"] = arguments.Get(int.MaxValue, "caller");
        return Capture(macro.Body, body);
    }
}
