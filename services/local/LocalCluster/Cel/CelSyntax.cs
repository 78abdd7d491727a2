namespace Platform.LocalCluster.Cel;

/// <summary>An expression of the Common Expression Language, parsed.</summary>
public abstract record CelExpression;

internal sealed record Literal(object? Value) : CelExpression;

internal sealed record Identifier(string Name) : CelExpression;

internal sealed record Select(CelExpression Operand, string Field, bool Optional = false) : CelExpression;

internal sealed record IndexAt(CelExpression Operand, CelExpression Key, bool Optional = false) : CelExpression;

/// <summary>A function or, with a target, a method; operators are calls of "_+_" and the like.</summary>
internal sealed record Call(CelExpression? Target, string Function, IReadOnlyList<CelExpression> Arguments) : CelExpression;

internal sealed record ListOf(IReadOnlyList<CelExpression> Items) : CelExpression;

internal sealed record MapOf(IReadOnlyList<(CelExpression Key, CelExpression Value)> Entries) : CelExpression;

/// <summary>The expression cannot be parsed, or cannot be evaluated with these values.</summary>
public sealed class CelException(string message) : Exception(message);
