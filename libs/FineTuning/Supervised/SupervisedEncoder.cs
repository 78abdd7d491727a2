using Platform.Data.Formats;
using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.Supervised;

/// <summary>
/// Turns rows into tokens with labels: a model learns completions and the token that ends them, not prompts. Rows that are
/// too long lose their end.
/// </summary>
public sealed class SupervisedEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly int _maxLength;
    private readonly int _end;

    /// <param name="maxLength">the longest row, in tokens</param>
    /// <exception cref="InvalidDataException">The tokenizer names no token that ends a text.</exception>
    public SupervisedEncoder(Tokenizer tokenizer, int maxLength)
    {
        if (maxLength < 2) throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, "A row needs at least two tokens: one to predict and one to predict it from.");
        _end = tokenizer.EosTokenId ?? throw new InvalidDataException("The tokenizer has no eos_token, so a model could not learn where an answer ends; name one in tokenizer_config.json.");
        (_tokenizer, _maxLength) = (tokenizer, maxLength);
    }

    /// <summary>A row of any format. Null when nothing is left to learn.</summary>
    /// <exception cref="NotSupportedException">The row's format cannot be learned from.</exception>
    public SupervisedRow? Encode(IRow row) => row switch
    {
        PromptCompletionRow pair => Encode(pair.Prompt, pair.Completion),
        _ => throw new NotSupportedException($"{row.GetType().Name} cannot be learned from."),
    };

    /// <summary>The prompt's tokens, the completion's, and the end. Null when nothing is left to learn.</summary>
    public SupervisedRow? Encode(string prompt, string completion)
    {
        var (given, learned) = (_tokenizer.Encode(prompt).Ids, _tokenizer.Encode(completion, addSpecialTokens: false).Ids);
        return Truncated([.. given, .. learned, _end], [.. Enumerable.Repeat(SupervisedRow.Ignored, given.Count), .. learned, _end]);
    }

    private SupervisedRow? Truncated(int[] ids, int[] labels)
    {
        var row = ids.Length <= _maxLength ? new SupervisedRow(ids, labels) : new(ids[.._maxLength], labels[.._maxLength]);
        return row.SupervisedTokens > 0 ? row : null;
    }
}
