using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>Turns that were preferred and turns that were not.</summary>
/// <param name="Prompt">Null: the turns both sides start with.</param>
public sealed record ConversationPairRow(IReadOnlyList<ChatMessage>? Prompt, IReadOnlyList<ChatMessage> Chosen, IReadOnlyList<ChatMessage> Rejected) : IRow
{
    private IEnumerable<ChatMessage> All => [.. Prompt ?? [], .. Chosen, .. Rejected];

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Prompt is not null) ChatMessage.WriteAll(writer, "prompt", Prompt);
        ChatMessage.WriteAll(writer, "chosen", Chosen);
        ChatMessage.WriteAll(writer, "rejected", Rejected);
        writer.WriteEndObject();
    }

    public bool Equals(ConversationPairRow? other) =>
        other is not null && (Prompt?.Count, Chosen.Count, Rejected.Count) == (other.Prompt?.Count, other.Chosen.Count, other.Rejected.Count) && All.SequenceEqual(other.All);

    public override int GetHashCode() => All.Aggregate(0, HashCode.Combine);
}
