namespace Platform.Modeling.ChatTemplates.Jinja;

internal enum TokenKind
{
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    Text,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>A token of a template with the line it stands in.</summary>
internal readonly record struct Token(TokenKind Kind, string Value, int Line)
{
    public bool Is(string symbol) => Kind == TokenKind.Operator && Value == symbol;

    public bool IsName(string name) => Kind == TokenKind.Name && Value == name;
}
