using System.Globalization;
using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Parses expressions with Jinja's precedence: or, and, not, comparison, + -, ~, * / // %, **, unary, postfix and filters.</summary>
internal sealed class ExpressionParser(TokenReader tokens)
{
    private const int DeepestNesting = 400; // each level of brackets counts twice
    private int _depth;

    public Expression Parse()
    {
        CheckChain(++_depth);
        var result = Or();
        while (tokens.SkipName("if"))
        {
            var test = Or();
            result = new Expression.Condition(test, result, tokens.SkipName("else") ? Parse() : null);
        }

        _depth--;
        return result;
    }

    /// <summary>One expression, or several with commas as a tuple.</summary>
    public Expression ParseTuple(bool withConditions = true, bool targets = false)
    {
        List<Expression> items = [];
        var isTuple = false;
        while (!AtTupleEnd())
        {
            items.Add(targets ? Target() : withConditions ? Parse() : Or());
            if (!tokens.Skip(",")) break;
            isTuple = true;
        }

        if (items.Count == 0) throw tokens.Unexpected("an expression");
        return isTuple ? new Expression.Sequence(items, true) : items[0];
    }

    public Arguments ParseArguments()
    {
        List<Expression> positional = [];
        List<(string, Expression)> named = [];
        Expression? morePositional = null, moreNamed = null;
        tokens.Expect("(");
        while (!tokens.Skip(")"))
        {
            if (tokens.Skip("*")) morePositional = Parse();
            else if (tokens.Skip("**")) moreNamed = Parse();
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Ahead.Is("="))
            {
                var name = tokens.Take().Value;
                tokens.Take();
                named.Add((name, Parse()));
            }
            else
            {
                if (named.Count > 0) throw tokens.Unexpected("a named argument");
                positional.Add(Parse());
            }

            if (!tokens.Current.Is(")")) tokens.Expect(",");
        }

        return new Arguments(positional, named, morePositional, moreNamed);
    }

    /// <summary>A chain of filters behind the bar, as set and filter blocks have it.</summary>
    public Expression ParseFilters(Expression? target, bool startsInline = false)
    {
        while (startsInline || tokens.Skip("|"))
        {
            startsInline = false;
            target = Filter(target);
        }

        return target ?? throw tokens.Unexpected("a filter");
    }

    // In a for or set, 'in' and '=' end the target.
    private Expression Target()
    {
        if (tokens.Skip("("))
        {
            var inner = ParseTuple(targets: true);
            tokens.Expect(")");
            return inner;
        }

        var name = tokens.Expect(TokenKind.Name).Value;
        return tokens.Skip(".") ? new Expression.Attribute(new Expression.Variable(name), tokens.Expect(TokenKind.Name).Value) : new Expression.Variable(name);
    }

    private bool AtTupleEnd() => tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd or TokenKind.End || tokens.Current.Is(")") || tokens.Current.Is("=") || tokens.Current.IsName("in");

    private Expression Or()
    {
        var left = And();
        while (tokens.SkipName("or")) left = new Expression.Binary("or", left, And());
        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (tokens.SkipName("and")) left = new Expression.Binary("and", left, Not());
        return left;
    }

    private Expression Not()
    {
        var count = 0;
        while (tokens.SkipName("not")) CheckChain(++count);
        var expression = Comparison();
        for (; count > 0; count--) expression = new Expression.Unary("not", expression);
        return expression;
    }

    private static void CheckChain(int length)
    {
        if (length > DeepestNesting) throw new TemplateException(TemplateFault.Syntax, $"expressions are nested more than {DeepestNesting} deep.");
    }

    private Expression Comparison()
    {
        var first = Sum();
        List<(string, Expression)> rest = [];
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && tokens.Current.Value is ("==" or "!=" or "<" or "<=" or ">" or ">=")) rest.Add((tokens.Take().Value, Sum()));
            else if (tokens.SkipName("in")) rest.Add(("in", Sum()));
            else if (tokens.Current.IsName("not") && tokens.Ahead.IsName("in"))
            {
                tokens.Take();
                tokens.Take();
                rest.Add(("not in", Sum()));
            }
            else return rest.Count == 0 ? first : new Expression.Compare(first, rest);
        }
    }

    private Expression Sum()
    {
        var left = Concat();
        while (tokens.Current.Is("+") || tokens.Current.Is("-")) left = new Expression.Binary(tokens.Take().Value, left, Concat());
        return left;
    }

    private Expression Concat()
    {
        List<Expression> parts = [Product()];
        while (tokens.Skip("~")) parts.Add(Product());
        return parts.Count == 1 ? parts[0] : new Expression.Concat(parts);
    }

    private Expression Product()
    {
        var left = Power();
        while (tokens.Current.Kind == TokenKind.Operator && tokens.Current.Value is ("*" or "/" or "//" or "%")) left = new Expression.Binary(tokens.Take().Value, left, Power());
        return left;
    }

    private Expression Power()
    {
        var left = Unary(withFilters: true);
        while (tokens.Skip("**")) left = new Expression.Binary("**", left, Unary(withFilters: true));
        return left;
    }

    private Expression Unary(bool withFilters)
    {
        CheckChain(++_depth);
        var signed = tokens.Current.Is("-") || tokens.Current.Is("+");
        var node = Postfix(signed ? new Expression.Unary(tokens.Take().Value, Unary(withFilters: false)) : Primary());
        _depth--;
        return withFilters ? Suffixes(node) : node;
    }

    private Expression Primary()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Value switch
                {
                    "true" or "True" => new Expression.Constant(true),
                    "false" or "False" => new Expression.Constant(false),
                    "none" or "None" => new Expression.Constant(null),
                    var name => new Expression.Variable(name),
                };
            case TokenKind.Text:
                var text = token.Value;
                while (tokens.Current.Kind == TokenKind.Text) text += tokens.Take().Value;
                return new Expression.Constant(text);
            case TokenKind.Integer:
                return new Expression.Constant(PythonNumbers.ParseInteger(token.Value));
            case TokenKind.Float:
                return new Expression.Constant(double.Parse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Value == "(":
                if (tokens.Skip(")")) return new Expression.Sequence([], true);
                var inner = ParseTuple();
                tokens.Expect(")");
                return inner;
            case TokenKind.Operator when token.Value == "[":
                return new Expression.Sequence(List("]", Parse), false);
            case TokenKind.Operator when token.Value == "{":
                return new Expression.Mapping(List("}", () =>
                {
                    var key = Parse();
                    tokens.Expect(":");
                    return (key, Parse());
                }));
            default:
                throw new TemplateException(TemplateFault.Syntax, $"line {token.Line}: unexpected '{(token.Value.Length > 0 ? token.Value : token.Kind)}'.");
        }
    }

    private List<T> List<T>(string end, Func<T> item)
    {
        List<T> items = [];
        while (!tokens.Skip(end))
        {
            items.Add(item());
            if (!tokens.Current.Is(end)) tokens.Expect(",");
        }

        return items;
    }

    private Expression Postfix(Expression node)
    {
        while (true)
        {
            if (tokens.Skip("."))
            {
                var name = tokens.Take();
                node = name.Kind switch
                {
                    TokenKind.Name => new Expression.Attribute(node, name.Value),
                    TokenKind.Integer => new Expression.Item(node, new Expression.Constant(BigInteger.Parse(name.Value, CultureInfo.InvariantCulture))),
                    _ => throw tokens.Unexpected("a name or number behind '.'"),
                };
            }
            else if (tokens.Skip("["))
            {
                node = new Expression.Item(node, Subscript());
                tokens.Expect("]");
            }
            else if (tokens.Current.Is("(")) node = new Expression.Call(node, ParseArguments());
            else return node;
        }
    }

    private Expression Subscript()
    {
        var start = tokens.Current.Is(":") ? null : Parse();
        if (!tokens.Skip(":")) return start!;
        var stop = tokens.Current.Is(":") || tokens.Current.Is("]") ? null : Parse();
        var step = tokens.Skip(":") && !tokens.Current.Is("]") ? Parse() : null;
        return new Expression.Slice(start, stop, step);
    }

    private Expression Suffixes(Expression node)
    {
        while (true)
        {
            if (tokens.Skip("|")) node = Filter(node);
            else if (tokens.SkipName("is")) node = Test(node);
            else if (tokens.Current.Is("(")) node = new Expression.Call(node, ParseArguments());
            else return node;
        }
    }

    private Expression.Filter Filter(Expression? target)
    {
        var token = tokens.Expect(TokenKind.Name);
        if (!Filters.Exists(token.Value)) throw new TemplateException(TemplateFault.Syntax, $"line {token.Line}: there is no filter '{token.Value}'.");
        return new Expression.Filter(target, token.Value, tokens.Current.Is("(") ? ParseArguments() : Arguments.None);
    }

    private Expression.Test Test(Expression target)
    {
        var negated = tokens.SkipName("not");
        var token = tokens.Expect(TokenKind.Name);
        if (!Tests.Exists(token.Value)) throw new TemplateException(TemplateFault.Syntax, $"line {token.Line}: there is no test '{token.Value}'.");
        var arguments = Arguments.None;
        var next = tokens.Current;
        if (next.Is("(")) arguments = ParseArguments();
        else if (next.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float || next.Is("[") || next.Is("{")
            || (next.Kind == TokenKind.Name && next.Value is not ("else" or "or" or "and" or "if" or "not" or "in" or "is")))
            arguments = new Arguments([Postfix(Primary())], []);
        else if (next.IsName("is")) throw tokens.Unexpected("no second test");
        return new Expression.Test(target, token.Value, arguments, negated);
    }
}
