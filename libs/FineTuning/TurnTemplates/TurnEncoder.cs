using System.Text.Json;
using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.TurnTemplates;

/// <summary>
/// Conversations as tokens with labels by a template of turns, as LLaMA-Factory's supervised processor: replies are learned; with
/// <see cref="LearnedPart.LastAssistant"/> (its <c>mask_history</c>) only the last, and of a row that is too long the last turns stay; with
/// <see cref="LearnedPart.All"/> questions too (<c>train_on_prompt</c>). A turn that does not fit loses the ends of question and reply.
/// Differs from it: a malformed conversation is refused instead of dropped.
/// </summary>
public sealed class TurnEncoder(Tokenizer tokenizer, TurnTemplate template, SupervisedEncoding encoding)
{
    private readonly int? _end = template.EndToken is { } end ? tokenizer.IdOf(end) : tokenizer.EosTokenId;

    /// <param name="messages">An array of objects with <c>role</c> and <c>content</c>, or <c>tool_calls</c>: system first if at all, then user or tool and assistant in turn.</param>
    /// <param name="tools">Definitions of tools; an array.</param>
    /// <exception cref="TemplateException">The conversation has another form, or the template lacks what it needs.</exception>
    public SupervisedExample Encode(JsonElement messages, JsonElement? tools = null)
    {
        var pairs = new TurnText(tokenizer, template, _end).Pairs(messages, tools);
        var lastOnly = encoding.Learned == LearnedPart.LastAssistant;
        List<(int[] Ids, int[] Labels)> parts = [];
        var length = template.EfficientEnd ? 1 : 0;
        foreach (var (turn, whole) in (lastOnly ? pairs.AsEnumerable().Reverse() : pairs).Index())
        {
            if (length >= encoding.MaxLength) break;
            var pair = whole.Cut(encoding.MaxLength - length);
            length += pair.Given.Count + pair.Reply.Count;
            parts.Add(([.. pair.Given, .. pair.Reply], [.. GivenLabels(pair.Given, turn), .. lastOnly && turn > 0 ? Ignored(pair.Reply.Count) : pair.Reply]));
        }

        if (lastOnly) parts.Reverse();
        if (template.EfficientEnd && _end is { } end) parts.Add(([end], [end]));
        return new([.. parts.SelectMany(part => part.Ids)], [.. parts.SelectMany(part => part.Labels)]);
    }

    private IEnumerable<int> GivenLabels(IReadOnlyList<int> given, int turn) =>
        encoding.Learned == LearnedPart.All ? given
        : template.EfficientEnd && turn > 0 && given.Count > 0 && _end is { } end ? [end, .. Ignored(given.Count - 1)]
        : Ignored(given.Count);

    private static IEnumerable<int> Ignored(int count) => Enumerable.Repeat(SupervisedExample.IgnoredLabel, count);
}
