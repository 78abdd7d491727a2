using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary><c>{"text": "..."}</c>; other fields are ignored.</summary>
public sealed class TextFormat : IRowFormat
{
    public string Name => "text";

    public IRow? Read(JsonElement line, ICollection<string> problems) =>
        RowFields.IsObject(line, "text", problems) && RowFields.RequiredText(line, "text", "text", problems) is { } text ? new TextRow(text) : null;
}
