namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>A node of an expression.</summary>
internal abstract record Expression
{
    internal sealed record Constant(object? Value) : Expression;

    internal sealed record Variable(string Name) : Expression;

    internal sealed record Sequence(IReadOnlyList<Expression> Items, bool IsTuple) : Expression;

    internal sealed record Mapping(IReadOnlyList<(Expression Key, Expression Value)> Items) : Expression;

    internal sealed record Unary(string Operator, Expression Operand) : Expression;

    internal sealed record Binary(string Operator, Expression Left, Expression Right) : Expression;

    internal sealed record Concat(IReadOnlyList<Expression> Parts) : Expression;

    internal sealed record Compare(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest) : Expression;

    internal sealed record Condition(Expression When, Expression Then, Expression? Else) : Expression;

    internal sealed record Attribute(Expression Target, string Name) : Expression;

    internal sealed record Item(Expression Target, Expression Key) : Expression;

    internal sealed record Slice(Expression? Start, Expression? Stop, Expression? Step) : Expression;

    internal sealed record Call(Expression Target, Arguments Arguments) : Expression;

    /// <param name="Target">Null for the text of a filter block.</param>
    internal sealed record Filter(Expression? Target, string Name, Arguments Arguments) : Expression;

    internal sealed record Test(Expression Target, string Name, Arguments Arguments, bool Negated) : Expression;
}

/// <summary>What stands between the parentheses of a call.</summary>
internal sealed record Arguments(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? MorePositional = null, Expression? MoreNamed = null)
{
    public static readonly Arguments None = new([], []);
}
