using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">Empty where an assistant only calls tools.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>The tools an assistant calls, as JSON: <c>[{"type": "function", "function": {"name": "...", "arguments": {...}}}]</c>.</summary>
    public string? ToolCalls { get; init; }

    /// <summary>Which tool a result is of.</summary>
    public string? Name { get; init; }

    /// <summary>Which call a result answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>Writes the turn as chat templates take it.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("role", Role);
        writer.WriteString("content", Content);
        if (Name is not null) writer.WriteString("name", Name);
        if (ToolCallId is not null) writer.WriteString("tool_call_id", ToolCallId);
        if (ToolCalls is not null)
        {
            writer.WritePropertyName("tool_calls");
            writer.WriteRawValue(ToolCalls);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a field that holds turns.</summary>
    public static void WriteAll(Utf8JsonWriter writer, string field, IEnumerable<ChatMessage> messages)
    {
        writer.WriteStartArray(field);
        foreach (var message in messages) message.WriteTo(writer);
        writer.WriteEndArray();
    }
}
