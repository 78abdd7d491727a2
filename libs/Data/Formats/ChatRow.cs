using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A conversation with at least one assistant turn; the loss covers the assistant turns only.</summary>
public sealed record ChatRow(IReadOnlyList<ChatMessage> Messages) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("messages");
        foreach (var message in Messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role", message.Role);
            writer.WriteString("content", message.Content);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public bool Equals(ChatRow? other) => other is not null && Messages.SequenceEqual(other.Messages);

    public override int GetHashCode() => Messages.Aggregate(0, HashCode.Combine);
}
