using Platform.Modeling.Tokenization;

namespace Platform.Modeling.Generation;

/// <summary>A row that is decoded by itself, with what is known of it.</summary>
internal sealed class OpenRow(int prompt, TokenRow row, GenerationOptions options, Tokenizer? tokenizer)
{
    private readonly RowText? _text = tokenizer is null ? null : new RowText(tokenizer, options.StopStrings);
    private readonly List<TokenLogProbability>? _logProbabilities = options.LogProbabilities is null ? null : [];
    private int? _endToken;

    public TokenRow Row { get; } = row;

    public FinishReason? Finish { get; private set; }

    /// <summary>Takes a token; gives the text that comes out by it.</summary>
    public string Add(int token, TokenLogProbability? logProbability)
    {
        if (logProbability is not null) _logProbabilities?.Add(logProbability);
        if (options.EosTokenIds.Contains(token))
        {
            (_endToken, Finish) = (token, FinishReason.EndToken);
            return _text?.End() ?? "";
        }

        Row.Add(token);
        var text = _text?.Add(token) ?? "";
        if (_text is { IsStopped: true }) Finish = FinishReason.StopString;
        else if (Row.IsFull) (Finish, text) = (FinishReason.Length, text + _text?.End());
        return text;
    }

    public GeneratedRow Result() => new(prompt, Row.Chosen, Finish!.Value) { EndToken = _endToken, Text = _text?.Text, LogProbabilities = _logProbabilities };
}
