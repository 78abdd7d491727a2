using System.Text.Json;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;

namespace Platform.Evaluation.Worker;

/// <summary>What a model is asked and what it should answer.</summary>
/// <param name="Prompt">For people and for the tokenizer.</param>
/// <param name="Ids">The prompt's tokens.</param>
/// <param name="Reference">The right answer.</param>
/// <param name="End">The special token that ends the answer where the chat template writes one; null: what ends any text.</param>
internal sealed record Question(string Prompt, IReadOnlyList<int> Ids, string Reference, int? End)
{
    /// <exception cref="ChatTemplateMissingException">The row is a conversation, and there is no chat template.</exception>
    /// <exception cref="TemplateException">The chat template refuses the conversation.</exception>
    public static Question Of(IRow row, Tokenizer tokenizer, ChatTemplate? chats) => row switch
    {
        PromptCompletionRow pair => new Question(pair.Prompt, tokenizer.Encode(pair.Prompt).Ids, pair.Completion, null),
        AlpacaRow alpaca => Of(chats is null ? alpaca.ToPromptCompletion() : alpaca.ToChat(), tokenizer, chats),
        ChatRow chat => Of(chat, tokenizer, chats ?? throw new ChatTemplateMissingException()),
        _ => throw new NotSupportedException($"Rows of the kind {row.GetType().Name} ask nothing; only perplexity and token_accuracy can be measured on them."),
    };

    /// <summary>The conversation up to the last thing the assistant said, which is the right answer.</summary>
    private static Question Of(ChatRow chat, Tokenizer tokenizer, ChatTemplate chats)
    {
        using var row = JsonDocument.Parse(CanonicalRow.Of(chat));
        JsonElement? tools = row.RootElement.TryGetProperty("tools", out var given) ? given : null;
        var turns = row.RootElement.GetProperty("messages").EnumerateArray().ToList();
        var last = chat.Messages.Index().Where(turn => turn.Item.Role == "assistant").MaxBy(turn => (turn.Item.Content.Length > 0, turn.Index)).Index;
        var prompt = chats.Render(JsonSerializer.SerializeToElement(turns[..last]), tools, addGenerationPrompt: true);
        var answered = chats.Render(JsonSerializer.SerializeToElement(turns[..(last + 1)]), tools);
        return new Question(prompt, tokenizer.EncodeTemplate(prompt).Ids, chat.Messages[last].Content, EndOfTurn(prompt, answered, tokenizer));
    }

    /// <summary>
    /// The first special token of the turn: a model that learned this template writes it after its answer, whether or not its
    /// configuration names it among the ends of a text.
    /// </summary>
    private static int? EndOfTurn(string prompt, string answered, Tokenizer tokenizer)
    {
        if (!answered.StartsWith(prompt, StringComparison.Ordinal)) return null;
        var special = tokenizer.AddedTokens.Where(token => token.Special).Select(token => token.Id).ToHashSet();
        var turn = tokenizer.EncodeTemplate(answered[prompt.Length..]).Ids;
        return turn.Where(special.Contains).Select(id => (int?)id).FirstOrDefault();
    }
}
