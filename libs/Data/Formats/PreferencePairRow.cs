using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>An answer that was preferred and one that was not, as text.</summary>
/// <param name="Prompt">Null: what both answers start with.</param>
public sealed record PreferencePairRow(string? Prompt, string Chosen, string Rejected) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Prompt is not null) writer.WriteString("prompt", Prompt);
        writer.WriteString("chosen", Chosen);
        writer.WriteString("rejected", Rejected);
        writer.WriteEndObject();
    }
}
