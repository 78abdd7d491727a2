using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A conversation with at least one assistant turn; the loss covers the assistant turns only.</summary>
/// <param name="Tools">What the assistant may call, as JSON: <c>[{"type": "function", "function": {...}}]</c>.</param>
public sealed record ChatRow(IReadOnlyList<ChatMessage> Messages, string? Tools = null) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        ChatMessage.WriteAll(writer, "messages", Messages);
        if (Tools is not null)
        {
            writer.WritePropertyName("tools");
            writer.WriteRawValue(Tools);
        }

        writer.WriteEndObject();
    }

    public bool Equals(ChatRow? other) => other is not null && Tools == other.Tools && Messages.SequenceEqual(other.Messages);

    public override int GetHashCode() => Messages.Aggregate(0, HashCode.Combine);
}
