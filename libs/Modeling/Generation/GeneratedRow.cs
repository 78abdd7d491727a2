namespace Platform.Modeling.Generation;

/// <summary>One continuation of a prompt.</summary>
/// <param name="Prompt">which prompt it continues</param>
/// <param name="Tokens">what is new, without the end token</param>
public sealed record GeneratedRow(int Prompt, IReadOnlyList<int> Tokens, FinishReason Finish)
{
    /// <summary>The end token that was chosen, if that is why it ended.</summary>
    public int? EndToken { get; init; }

    /// <summary>What is new as text, up to the stop string; null without a tokenizer.</summary>
    public string? Text { get; init; }

    /// <summary>Of each chosen token, the end token included; null where they were not asked for.</summary>
    public IReadOnlyList<TokenLogProbability>? LogProbabilities { get; init; }

    /// <summary>A beam's log-probability / (new tokens)^length penalty; null without beams.</summary>
    public double? Score { get; init; }

    /// <summary>All new tokens, the end token included.</summary>
    internal IEnumerable<int> AllTokens => EndToken is { } end ? Tokens.Append(end) : Tokens;
}
