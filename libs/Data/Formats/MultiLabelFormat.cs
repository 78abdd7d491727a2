using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary><c>{"text": "...", "text_pair": "...", "labels": ["name", ...]}</c>; the list may be empty, labels may be numbers too.</summary>
public sealed class MultiLabelFormat : IRowFormat
{
    public string Name => "multi-label-classification";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "text and labels", problems)) return null;
        var before = problems.Count;
        var text = RowFields.RequiredText(line, "text", "text", problems);
        var pair = RowFields.OptionalText(line, "text_pair", "text_pair", problems);
        List<string?> labels = [];
        if (RowFields.List(line, "labels", "labels", "an array of label names", problems) is { } values)
            labels.AddRange(values.EnumerateArray().Select((value, index) => RowFields.Label(value, $"labels[{index}]", problems)));
        return problems.Count == before ? new MultiLabelRow(text!, pair, [.. labels.Select(label => label!).Distinct().Order(StringComparer.Ordinal)]) : null;
    }
}
