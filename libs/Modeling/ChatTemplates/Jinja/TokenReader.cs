namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Walks over tokens.</summary>
internal sealed class TokenReader(List<Token> tokens)
{
    private int _position;

    public Token Current => tokens[_position];

    public Token Ahead => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End) _position++;
        return token;
    }

    public bool Skip(string symbol)
    {
        if (!Current.Is(symbol)) return false;
        _position++;
        return true;
    }

    public bool SkipName(string name)
    {
        if (!Current.IsName(name)) return false;
        _position++;
        return true;
    }

    public void Expect(string symbol)
    {
        if (!Skip(symbol)) throw Unexpected($"'{symbol}'");
    }

    public Token Expect(TokenKind kind) => Current.Kind == kind ? Take() : throw Unexpected(kind.ToString());

    public TemplateException Unexpected(string expected) =>
        new(TemplateFault.Syntax, $"line {Current.Line}: got {(Current.Value.Length > 0 ? $"'{Current.Value}'" : Current.Kind.ToString())}, expected {expected}.");
}
