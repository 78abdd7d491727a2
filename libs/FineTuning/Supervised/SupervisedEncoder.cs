using System.Text.Json;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.TurnTemplates;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.Supervised;

/// <summary>
/// Turns rows into tokens with labels, as TRL's SFT trainer: plain text and completions end with the token that ends a text; a
/// completion's tokens are those of prompt and completion together, without the prompt's. Differs from TRL: where the two would grow into one
/// token, they are tokenized apart, as when the model is asked; of conversations the assistant's turns are learned unless everything is asked
/// for; a turn's range is also found without <c>{% generation %}</c> in the template; and a row whose only label is on its first token,
/// which nothing predicts, is left out like one without labels.
/// </summary>
public sealed class SupervisedEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly SupervisedEncoding _encoding;
    private readonly ChatTemplate? _template;
    private readonly int? _end;

    /// <param name="template">what makes text of conversations; without it there can be none</param>
    /// <exception cref="ArgumentException">The encoding is wrong.</exception>
    /// <exception cref="InvalidDataException">The tokenizer names no token that ends a text.</exception>
    public SupervisedEncoder(Tokenizer tokenizer, SupervisedEncoding encoding, ChatTemplate? template = null)
    {
        var problems = encoding.Problems();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(encoding));
        if (encoding.AppendEnd) _end = tokenizer.EosTokenId ?? throw new InvalidDataException("The tokenizer has no eos_token, so a model could not learn where an answer ends; name one in tokenizer_config.json.");
        (_tokenizer, _encoding, _template) = (tokenizer, encoding, template);
    }

    /// <summary>An encoder that learns completions and the assistant's turns.</summary>
    /// <param name="maxLength">the longest row, in tokens</param>
    /// <inheritdoc cref="SupervisedEncoder(Tokenizer, SupervisedEncoding, ChatTemplate?)"/>
    public SupervisedEncoder(Tokenizer tokenizer, int maxLength, ChatTemplate? template = null)
        : this(tokenizer, new SupervisedEncoding { MaxLength = maxLength }, template)
    {
    }

    /// <summary>The longest row, in tokens.</summary>
    public int MaxLength => _encoding.MaxLength;

    /// <summary>A row as far as it fits. Null when nothing is left to learn.</summary>
    /// <inheritdoc cref="Whole" path="/exception"/>
    public SupervisedExample? Encode(IRow row) => Fitted(row, Whole(row));

    /// <summary>A prompt and its completion as far as they fit. Null when nothing is left to learn.</summary>
    public SupervisedExample? Encode(string prompt, string completion) => Learnable(Cut(Pair(prompt, completion)));

    /// <summary>A row of any format, however long.</summary>
    /// <exception cref="NotSupportedException">The row's format cannot be learned from.</exception>
    /// <exception cref="ChatTemplateMissingException">The row is a conversation, and there is no chat template.</exception>
    /// <exception cref="TemplateException">The chat template refuses the conversation.</exception>
    public SupervisedExample Whole(IRow row) => Plain(row) switch
    {
        TextRow text => Labelled(Ended(_tokenizer.Encode(text.Text).Ids), _ => true),
        PromptCompletionRow pair => Pair(pair.Prompt, pair.Completion),
        ChatRow chat when _encoding.Turns is { } turns => InTurns(chat, turns, int.MaxValue),
        (ChatRow or ConversationCompletionRow) and var conversation => Conversation(conversation),
        _ => throw new NotSupportedException($"{row.GetType().Name} cannot be learned from."),
    };

    /// <summary>What is left of a row within the length. Null when that holds nothing to learn.</summary>
    /// <param name="whole">the row's tokens</param>
    public SupervisedExample? Fitted(IRow row, SupervisedExample whole) => Learnable(
        whole.Length > MaxLength && Plain(row) is ChatRow chat && _encoding.Turns is { } turns ? InTurns(chat, turns, MaxLength) : Cut(whole));

    /// <summary>An instruction is a conversation if something writes conversations.</summary>
    private IRow Plain(IRow row) => row is not AlpacaRow alpaca ? row : _template is null && _encoding.Turns is null ? alpaca.ToPromptCompletion() : alpaca.ToChat();

    private SupervisedExample Cut(SupervisedExample whole) => whole.Truncate(MaxLength, _encoding.KeepEnd);

    private static SupervisedExample? Learnable(SupervisedExample row) => row.SupervisedTokens > 0 ? row : null;

    private SupervisedExample InTurns(ChatRow row, TurnTemplate template, int length)
    {
        using var document = JsonDocument.Parse(CanonicalRow.Of(row));
        JsonElement? tools = document.RootElement.TryGetProperty("tools", out var given) ? given : null;
        return new TurnEncoder(_tokenizer, template, _encoding with { MaxLength = length }).Encode(document.RootElement.GetProperty("messages"), tools);
    }

    private SupervisedExample Pair(string prompt, string completion)
    {
        var (given, whole) = (_tokenizer.Encode(prompt).Ids, _tokenizer.Encode(prompt + completion).Ids);
        if (!whole.Take(given.Count).SequenceEqual(given)) whole = [.. given, .. _tokenizer.Encode(completion, addSpecialTokens: false).Ids];
        return Labelled(Ended(whole), i => i >= given.Count || _encoding.Learned == LearnedPart.All);
    }

    // The template writes the special tokens itself.
    private SupervisedExample Conversation(IRow row)
    {
        var (learned, all) = (_encoding.Learned, _encoding.Learned == LearnedPart.All);
        if (_template is null) throw new ChatTemplateMissingException();
        var chat = ConversationText.Of(row, _template, withSpans: !all && (learned != LearnedPart.Completion || row is ChatRow));
        var encoding = _tokenizer.EncodeTemplate(chat.Text);
        if (all) return Labelled(encoding.Ids, _ => true);

        var given = chat.Prompt is null ? 0 : _tokenizer.EncodeTemplate(chat.Prompt).Ids.Count;
        if (learned == LearnedPart.Completion && chat.Prompt is not null) return Labelled(encoding.Ids, i => i >= given);

        var spans = learned == LearnedPart.LastAssistant ? [.. chat.AssistantSpans.TakeLast(1)] : chat.AssistantSpans;
        return Labelled(encoding.Ids, i => i >= given && spans.Any(span => LiesIn(encoding.Offsets[i], span)));

        // Some tokens cover nothing: SentencePiece's first space, and all bytes of a character but the last. They belong to what follows.
        static bool LiesIn((int Start, int End) token, (int Start, int End) span) => token.Start < span.End && (token.End > span.Start || token.Start >= span.Start);
    }

    private List<int> Ended(List<int> ids)
    {
        if (_end is { } end && (ids.Count == 0 || ids[^1] != end)) ids.Add(end);
        return ids;
    }

    private static SupervisedExample Labelled(List<int> ids, Func<int, bool> learned) =>
        new([.. ids], [.. ids.Select((id, i) => learned(i) ? id : SupervisedExample.IgnoredLabel)]);
}
