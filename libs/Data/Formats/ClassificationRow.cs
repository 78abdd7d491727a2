using System.Globalization;
using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A text, or a pair of texts, and the one label it has.</summary>
public sealed record ClassificationRow(string Text, string? TextPair, string Label) : ILabelledRow
{
    public IReadOnlyList<string> Labels => [Label];

    /// <summary>The label where it is a number; null: it is a name.</summary>
    public double? Number => double.TryParse(Label, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null;

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("text", Text);
        if (TextPair is not null) writer.WriteString("text_pair", TextPair);
        writer.WriteString("label", Label);
        writer.WriteEndObject();
    }
}
