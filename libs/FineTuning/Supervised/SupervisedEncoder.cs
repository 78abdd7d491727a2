using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.Supervised;

/// <summary>
/// Turns rows into tokens with labels: a model learns completions and the token that ends them, or the turns of the assistant
/// with what ends them, and nothing else. Rows that are too long lose their end.
/// </summary>
public sealed class SupervisedEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly int _maxLength;
    private readonly ChatTemplate? _template;
    private readonly int _end;

    /// <param name="maxLength">the longest row, in tokens</param>
    /// <param name="template">what makes text of conversations; without it there can be none</param>
    /// <exception cref="InvalidDataException">The tokenizer names no token that ends a text.</exception>
    public SupervisedEncoder(Tokenizer tokenizer, int maxLength, ChatTemplate? template = null)
    {
        if (maxLength < 2) throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, "A row needs at least two tokens: one to predict and one to predict it from.");
        _end = tokenizer.EosTokenId ?? throw new InvalidDataException("The tokenizer has no eos_token, so a model could not learn where an answer ends; name one in tokenizer_config.json.");
        (_tokenizer, _maxLength, _template) = (tokenizer, maxLength, template);
    }

    /// <summary>A row of any format. Null when nothing is left to learn.</summary>
    /// <exception cref="NotSupportedException">The row's format cannot be learned from.</exception>
    /// <exception cref="ChatTemplateMissingException">The row is a conversation, and there is no chat template.</exception>
    /// <exception cref="TemplateException">The chat template refuses the conversation.</exception>
    public SupervisedExample? Encode(IRow row) => row switch
    {
        PromptCompletionRow pair => Encode(pair.Prompt, pair.Completion),
        ChatRow chat => Encode(chat.Messages),
        _ => throw new NotSupportedException($"{row.GetType().Name} cannot be learned from."),
    };

    /// <summary>The prompt's tokens, the completion's, and the end unless the completion has it already. Null when nothing is left to learn.</summary>
    public SupervisedExample? Encode(string prompt, string completion)
    {
        var (given, learned) = (_tokenizer.Encode(prompt).Ids, _tokenizer.Encode(completion, addSpecialTokens: false).Ids);
        if (learned.Count == 0 || learned[^1] != _end) learned.Add(_end);
        return Truncated([.. given, .. learned], [.. Enumerable.Repeat(SupervisedExample.IgnoredLabel, given.Count), .. learned]);
    }

    /// <summary>
    /// The conversation as the chat template writes it; learned is each token that holds something the assistant wrote. The
    /// template writes the special tokens itself. Null when nothing is left to learn.
    /// </summary>
    private SupervisedExample? Encode(IReadOnlyList<ChatMessage> messages)
    {
        if (_template is null) throw new ChatTemplateMissingException();
        var chat = _template.RenderForTraining([.. messages.Select(message => (message.Role, message.Content))]);
        var encoding = _tokenizer.EncodeTemplate(chat.Text);
        var labels = encoding.Ids.Zip(encoding.Offsets, (id, place) =>
            chat.AssistantSpans.Any(span => place.Start < span.End && place.End > span.Start) ? id : SupervisedExample.IgnoredLabel);
        return Truncated([.. encoding.Ids], [.. labels]);
    }

    private SupervisedExample? Truncated(int[] ids, int[] labels)
    {
        var row = new SupervisedExample(ids, labels).Truncate(_maxLength);
        return row.SupervisedTokens > 0 ? row : null;
    }
}
