using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A recording and what is said in it.</summary>
/// <param name="Path">The name the file had, for people.</param>
/// <param name="Wave">The content of a WAV file.</param>
public sealed record AudioRow(string? Path, ReadOnlyMemory<byte> Wave, string Text) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("audio");
        if (Path is not null) writer.WriteString("path", Path);
        writer.WriteBase64String("bytes", Wave.Span);
        writer.WriteEndObject();
        writer.WriteString("text", Text);
        writer.WriteEndObject();
    }

    public bool Equals(AudioRow? other) => other is not null && Path == other.Path && Text == other.Text && Wave.Span.SequenceEqual(other.Wave.Span);

    public override int GetHashCode() => HashCode.Combine(Path, Text, Wave.Length);
}
