using System.Text.Json;
using Platform.Data.Formats;
using Platform.Modeling.ChatTemplates;

namespace Platform.FineTuning.Supervised;

/// <summary>A conversation as a chat template writes it, with what the assistant wrote, in code points, and where a completion begins.</summary>
/// <param name="AssistantSpans">empty if nobody asked</param>
/// <param name="Prompt">what comes before the completion; null: the conversation is not divided</param>
internal sealed record ConversationText(string Text, IReadOnlyList<(int Start, int End)> AssistantSpans, string? Prompt)
{
    /// <summary>The row's own JSON is what templates take, tools included.</summary>
    public static ConversationText Of(IRow row, ChatTemplate template, bool withSpans)
    {
        using var document = JsonDocument.Parse(CanonicalRow.Of(row));
        var fields = document.RootElement;
        JsonElement? tools = fields.TryGetProperty("tools", out var given) ? given : null;
        var hasPrompt = fields.TryGetProperty("prompt", out var prompt);
        var messages = hasPrompt
            ? JsonSerializer.SerializeToElement(prompt.EnumerateArray().Concat(fields.GetProperty("completion").EnumerateArray()))
            : fields.GetProperty("messages");
        var start = hasPrompt ? template.Render(prompt, tools, addGenerationPrompt: true) : null;
        if (!withSpans) return new(template.Render(messages, tools), [], start);

        var chat = template.RenderForTraining(messages, tools);
        return new(chat.Text, chat.AssistantSpans, start);
    }
}
