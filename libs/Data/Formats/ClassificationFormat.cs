using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary><c>{"text": "...", "text_pair": "...", "label": "name"}</c>; the label may be a number too, <c>text_pair</c> may be missing.</summary>
public sealed class ClassificationFormat : IRowFormat
{
    public string Name => "classification";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "text and label", problems)) return null;
        var before = problems.Count;
        var text = RowFields.RequiredText(line, "text", "text", problems);
        var pair = RowFields.OptionalText(line, "text_pair", "text_pair", problems);
        string? label = null;
        if (line.TryGetProperty("label", out var value)) label = RowFields.Label(value, "label", problems);
        else problems.Add("label is missing; expected a name or a number");
        return problems.Count == before ? new ClassificationRow(text!, pair, label!) : null;
    }
}
