using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary><c>{"prompt": "...", "completion": "..."}</c>; both may be arrays of turns as in the format chat. Other fields are ignored.</summary>
public sealed class PromptCompletionFormat : IRowFormat
{
    public string Name => "prompt-completion";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "prompt and completion", problems)) return null;
        if (line.TryGetProperty("completion", out var given) && RowFields.Structured(given).ValueKind == JsonValueKind.Array) return ReadTurns(line, problems);
        var prompt = RowFields.RequiredText(line, "prompt", "prompt", problems);
        var completion = RowFields.RequiredText(line, "completion", "completion", problems);
        return prompt is null || completion is null ? null : new PromptCompletionRow(prompt, completion);
    }

    private static ConversationCompletionRow? ReadTurns(JsonElement line, ICollection<string> problems)
    {
        var prompt = ChatMessages.Read(line, "prompt", problems);
        var completion = ChatMessages.Read(line, "completion", problems);
        return prompt is null || completion is null ? null : new ConversationCompletionRow(prompt, completion);
    }
}
