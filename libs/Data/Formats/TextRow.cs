using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A text to continue training on; the loss covers all of it.</summary>
public sealed record TextRow(string Text) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("text", Text);
        writer.WriteEndObject();
    }
}
