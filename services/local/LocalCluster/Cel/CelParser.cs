using System.Runtime.CompilerServices;

namespace Platform.LocalCluster.Cel;

/// <summary>Recursive descent over CEL's grammar, bounded in depth.</summary>
public sealed class CelParser
{
    private const int MaxDepth = 200;

    /// <summary>As in cel-go; what is longer was made to hurt.</summary>
    private const int MaxLength = 100_000;

    private static readonly string[] Relations = ["<", "<=", ">", ">=", "==", "!=", "in"];

    private readonly List<(CelToken Kind, string Text, object? Value)> _tokens;
    private int _at;
    private int _depth;

    private CelParser(string text) => _tokens = text.Length <= MaxLength ? new CelLexer(text).Tokens() : throw new CelException($"expression code point size exceeds limit: size: {text.Length}, limit {MaxLength}");

    private (CelToken Kind, string Text, object? Value) Current => _tokens[_at];

    /// <summary>Throws <see cref="CelException"/> when the text is no expression.</summary>
    public static CelExpression Parse(string text)
    {
        var parser = new CelParser(text);
        var expression = parser.Ternary();
        if (parser.Current.Kind != CelToken.End) throw Unexpected(parser.Current.Text);
        return expression;
    }

    /// <summary>A long chain of operators is a deep tree: whoever walks one asks here before each step down, and gets an error instead of a crash.</summary>
    internal static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new CelException("expression recursion limit exceeded");
    }

    private CelExpression Ternary()
    {
        if (++_depth > MaxDepth) throw new CelException("expression recursion limit exceeded");
        var condition = Or();
        if (Take("?"))
        {
            var yes = Or();
            Expect(":");
            condition = new Call(null, "_?_:_", [condition, yes, Ternary()]);
        }
        _depth--;
        return condition;
    }

    private CelExpression Or() => Chain(And, "||");

    private CelExpression And() => Chain(Relation, "&&");

    private CelExpression Chain(Func<CelExpression> operand, string symbol)
    {
        var left = operand();
        while (Take(symbol)) left = new Call(null, $"_{symbol}_", [left, operand()]);
        return left;
    }

    private CelExpression Relation()
    {
        var left = Sum();
        while (Array.Find(Relations, r => Current.Text == r && Current.Kind is CelToken.Symbol or CelToken.Identifier && Current.Text == r) is { } relation && Current.Kind != CelToken.Text)
        {
            _at++;
            left = new Call(null, $"_{relation}_", [left, Sum()]);
        }
        return left;
    }

    private CelExpression Sum()
    {
        var left = Product();
        while (Current is { Kind: CelToken.Symbol, Text: "+" or "-" })
        {
            var symbol = _tokens[_at++].Text;
            left = new Call(null, $"_{symbol}_", [left, Product()]);
        }
        return left;
    }

    private CelExpression Product()
    {
        var left = Unary();
        while (Current is { Kind: CelToken.Symbol, Text: "*" or "/" or "%" })
        {
            var symbol = _tokens[_at++].Text;
            left = new Call(null, $"_{symbol}_", [left, Unary()]);
        }
        return left;
    }

    private CelExpression Unary()
    {
        if (++_depth > MaxDepth) throw new CelException("expression recursion limit exceeded");
        CelExpression result;
        if (Take("!")) result = new Call(null, "!_", [Unary()]);
        else if (Take("-")) result = Unary() is var operand && operand is Literal { Value: long whole } ? new Literal(unchecked(-whole)) : operand is Literal { Value: double real } ? new Literal(-real) : new Call(null, "-_", [operand]);
        else result = Member();
        _depth--;
        return result;
    }

    private CelExpression Member()
    {
        var operand = Primary();
        while (true)
        {
            if (Take(".?")) operand = new Select(operand, Name(), Optional: true);
            else if (Take("."))
            {
                var name = Name();
                operand = Take("(") ? new Call(operand, name, Arguments(")")) : new Select(operand, name);
            }
            else if (Current.Text is "[" or "[?" && Current.Kind == CelToken.Symbol)
            {
                var optional = _tokens[_at++].Text == "[?";
                var key = Ternary();
                Expect("]");
                operand = new IndexAt(operand, key, optional);
            }
            else return operand;
        }
    }

    private CelExpression Primary()
    {
        var (kind, text, value) = Current;
        _at++;
        switch (kind)
        {
            case CelToken.Number or CelToken.Text:
                return new Literal(value);
            case CelToken.Bytes:
                return new Literal(System.Text.Encoding.UTF8.GetBytes((string)value!));
            case CelToken.Identifier:
                if (text is "true" or "false") return new Literal(text == "true");
                if (text == "null") return new Literal(null);
                return Take("(") ? new Call(null, text, Arguments(")")) : new Identifier(text);
            case CelToken.Symbol when text == "(":
                var inner = Ternary();
                Expect(")");
                return inner;
            case CelToken.Symbol when text == "[":
                return new ListOf(Arguments("]"));
            case CelToken.Symbol when text == "{":
                return new MapOf(Entries());
            case CelToken.Symbol when text == ".":
                return Primary();
            default:
                throw Unexpected(text);
        }
    }

    private List<CelExpression> Arguments(string end)
    {
        List<CelExpression> arguments = [];
        while (!Take(end))
        {
            if (arguments.Count > 0)
            {
                Expect(",");
                if (Take(end)) break;
            }
            arguments.Add(Ternary());
        }
        return arguments;
    }

    private List<(CelExpression, CelExpression)> Entries()
    {
        List<(CelExpression, CelExpression)> entries = [];
        while (!Take("}"))
        {
            if (entries.Count > 0)
            {
                Expect(",");
                if (Take("}")) break;
            }
            var key = Ternary();
            Expect(":");
            entries.Add((key, Ternary()));
        }
        return entries;
    }

    private string Name() => Current.Kind == CelToken.Identifier ? _tokens[_at++].Text : throw Unexpected(Current.Text);

    private bool Take(string symbol)
    {
        if (Current.Kind != CelToken.Symbol || Current.Text != symbol) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw Unexpected(Current.Text);
    }

    private static CelException Unexpected(string text) => new($"Syntax error: mismatched input '{text}'");
}
