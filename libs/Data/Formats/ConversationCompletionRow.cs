using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A conversation and the turns that should follow it; the loss covers these only.</summary>
public sealed record ConversationCompletionRow(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<ChatMessage> Completion) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        ChatMessage.WriteAll(writer, "prompt", Prompt);
        ChatMessage.WriteAll(writer, "completion", Completion);
        writer.WriteEndObject();
    }

    public bool Equals(ConversationCompletionRow? other) => other is not null && Prompt.SequenceEqual(other.Prompt) && Completion.SequenceEqual(other.Completion);

    public override int GetHashCode() => Prompt.Concat(Completion).Aggregate(0, HashCode.Combine);
}
