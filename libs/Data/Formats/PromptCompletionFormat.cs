using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary><c>{"prompt": "...", "completion": "..."}</c>; other fields are ignored.</summary>
public sealed class PromptCompletionFormat : IRowFormat
{
    public string Name => "prompt-completion";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "prompt and completion", problems)) return null;
        var prompt = RowFields.RequiredText(line, "prompt", "prompt", problems);
        var completion = RowFields.RequiredText(line, "completion", "completion", problems);
        return prompt is null || completion is null ? null : new PromptCompletionRow(prompt, completion);
    }
}
