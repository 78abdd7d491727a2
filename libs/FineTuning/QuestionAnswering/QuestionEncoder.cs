using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.QuestionAnswering;

/// <summary>
/// Cuts a context that is too long into windows that overlap, each with the question, padded to one length; the question stands first unless
/// the tokenizer pads on the left. As transformers' question-answering examples prepare SQuAD. Differs from them: none.
/// </summary>
/// <param name="maxLength">Of a window, with question and special tokens.</param>
/// <param name="stride">Tokens of the context that neighbouring windows share.</param>
public sealed class QuestionEncoder(Tokenizer tokenizer, int maxLength, int stride)
{
    private readonly bool _questionFirst = !tokenizer.Config.PadsLeft;

    private int ContextSequence => _questionFirst ? 1 : 0;

    /// <summary>The windows in the order of the context.</summary>
    /// <exception cref="ArgumentException">The question leaves no room for the context.</exception>
    public IReadOnlyList<QuestionWindow> Encode(string question, string context)
    {
        question = question.TrimStart();
        var truncation = new Truncation(maxLength, _questionFirst ? TruncationStrategy.OnlySecond : TruncationStrategy.OnlyFirst, stride);
        var whole = _questionFirst ? tokenizer.EncodePair(question, context, truncation: truncation) : tokenizer.EncodePair(context, question, truncation: truncation);
        var padded = Padding().Apply([whole])[0];
        return [.. padded.Overflowing.Prepend(padded).Select(Window)];
    }

    private Padding Padding()
    {
        var id = tokenizer.PadTokenId ?? throw new InvalidDataException("The tokenizer has no pad_token, so windows cannot be padded; name one in tokenizer_config.json.");
        return new Padding(id, tokenizer.Config.PadToken!, Left: !_questionFirst, ToLength: maxLength);
    }

    private QuestionWindow Window(Encoding encoding) => new(
        encoding.Ids,
        encoding.TypeIds,
        encoding.AttentionMask,
        [.. encoding.Offsets.Zip(encoding.SequenceIds, (span, sequence) => sequence == ContextSequence ? span : ((int Start, int End)?)null)],
        NoAnswerPosition(encoding));

    // Where a window without the answer points: at CLS, else at BOS, else at the first place.
    private int NoAnswerPosition(Encoding encoding)
    {
        var cls = tokenizer.Config.NamedTokens.TryGetValue("cls_token", out var token) ? tokenizer.IdOf(token) : null;
        int?[] starts = [cls, tokenizer.BosTokenId];
        return starts.Select(id => id is { } known ? encoding.Ids.IndexOf(known) : -1).FirstOrDefault(place => place >= 0);
    }
}
