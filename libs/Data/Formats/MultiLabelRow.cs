using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A text, or a pair of texts, and every label it has: none, one or several, each once, sorted.</summary>
public sealed record MultiLabelRow(string Text, string? TextPair, IReadOnlyList<string> Labels) : ILabelledRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("text", Text);
        if (TextPair is not null) writer.WriteString("text_pair", TextPair);
        writer.WriteStartArray("labels");
        foreach (var label in Labels) writer.WriteStringValue(label);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public bool Equals(MultiLabelRow? other) => other is not null && Text == other.Text && TextPair == other.TextPair && Labels.SequenceEqual(other.Labels);

    public override int GetHashCode() => HashCode.Combine(Text, TextPair, Labels.Count);
}
