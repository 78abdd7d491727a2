using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A conversation and the turns that should follow it; the loss covers these only.</summary>
public sealed record ConversationCompletionRow(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<ChatMessage> Completion) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        Write(writer, "prompt", Prompt);
        Write(writer, "completion", Completion);
        writer.WriteEndObject();
    }

    public bool Equals(ConversationCompletionRow? other) => other is not null && Prompt.SequenceEqual(other.Prompt) && Completion.SequenceEqual(other.Completion);

    public override int GetHashCode() => Prompt.Concat(Completion).Aggregate(0, HashCode.Combine);

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<ChatMessage> messages)
    {
        writer.WriteStartArray(name);
        foreach (var message in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role", message.Role);
            writer.WriteString("content", message.Content);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
