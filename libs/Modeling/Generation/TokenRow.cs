namespace Platform.Modeling.Generation;

/// <summary>A row of a batch while it grows. Padding is no part of it.</summary>
public sealed class TokenRow
{
    private readonly List<int> _tokens;

    /// <param name="maxNewTokens">where the row ends at the latest</param>
    public TokenRow(IReadOnlyList<int> prompt, int maxNewTokens)
    {
        _tokens = [.. prompt];
        (PromptLength, MaxNewTokens) = (prompt.Count, maxNewTokens);
    }

    private TokenRow(TokenRow before, int token)
    {
        _tokens = new List<int>(before._tokens.Count + 1);
        _tokens.AddRange(before._tokens);
        _tokens.Add(token);
        (PromptLength, MaxNewTokens) = (before.PromptLength, before.MaxNewTokens);
    }

    /// <summary>The prompt and what was chosen since.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    public int PromptLength { get; }

    public int MaxNewTokens { get; }

    public int NewTokens => _tokens.Count - PromptLength;

    public bool IsFull => NewTokens >= MaxNewTokens;

    /// <summary>What was chosen, without the prompt.</summary>
    public IReadOnlyList<int> Chosen => _tokens[PromptLength..];

    internal void Add(int token) => _tokens.Add(token);

    /// <summary>A row that is this one and a token more.</summary>
    internal TokenRow With(int token) => new(this, token);
}
