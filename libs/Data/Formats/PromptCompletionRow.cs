using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A prompt and the text that should follow it; the loss covers the completion only.</summary>
public sealed record PromptCompletionRow(string Prompt, string Completion) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("prompt", Prompt);
        writer.WriteString("completion", Completion);
        writer.WriteEndObject();
    }
}
