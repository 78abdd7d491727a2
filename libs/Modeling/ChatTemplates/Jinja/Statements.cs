namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>A node of a template.</summary>
internal abstract record Statement
{
    internal sealed record Text(string Value) : Statement;

    internal sealed record Output(Expression Value) : Statement;

    internal sealed record If(IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else) : Statement;

    internal sealed record For(
        Expression Target, Expression Items, Expression? Condition, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Else, bool Recursive) : Statement;

    internal sealed record Set(Expression Target, Expression Value) : Statement;

    internal sealed record SetBlock(Expression Target, Expression? Filter, IReadOnlyList<Statement> Body) : Statement;

    internal sealed record With(IReadOnlyList<(Expression Target, Expression Value)> Values, IReadOnlyList<Statement> Body) : Statement;

    internal sealed record Macro(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body) : Statement;

    internal sealed record CallBlock(Expression.Call Call, Macro Caller) : Statement;

    internal sealed record FilterBlock(Expression Filter, IReadOnlyList<Statement> Body) : Statement;

    internal sealed record Generation(IReadOnlyList<Statement> Body) : Statement;

    internal sealed record Break : Statement;

    internal sealed record Continue : Statement;

    internal sealed record Include : Statement;
}
