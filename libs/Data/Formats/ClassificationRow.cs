using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A text, or a pair of texts, and the one label it has.</summary>
public sealed record ClassificationRow(string Text, string? TextPair, string Label) : ILabelledRow
{
    public IReadOnlyList<string> Labels => [Label];

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("text", Text);
        if (TextPair is not null) writer.WriteString("text_pair", TextPair);
        writer.WriteString("label", Label);
        writer.WriteEndObject();
    }
}
