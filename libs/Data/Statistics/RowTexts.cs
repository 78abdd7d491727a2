using System.Text;
using System.Text.Json;

namespace Platform.Data.Statistics;

/// <summary>The texts of a row.</summary>
/// <param name="Characters">Code points of all texts together; sound is no text.</param>
/// <param name="FilledFields">The fields that are not empty.</param>
public sealed record RowTexts(long Characters, IReadOnlyList<string> FilledFields)
{
    public static RowTexts Of(ReadOnlyMemory<byte> canonicalRow)
    {
        using var row = JsonDocument.Parse(canonicalRow);
        List<string> filled = [];
        var characters = 0L;
        foreach (var field in row.RootElement.EnumerateObject())
        {
            var text = CharactersOf(field.Value);
            characters += text;
            if (text > 0 || field.Value.ValueKind == JsonValueKind.Number) filled.Add(field.Name);
        }

        return new RowTexts(characters, filled);
    }

    private static long CharactersOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.EnumerateRunes().Count(),
        JsonValueKind.Array => value.EnumerateArray().Sum(CharactersOf),
        JsonValueKind.Object => value.EnumerateObject().Where(field => field.Name != "bytes").Sum(field => CharactersOf(field.Value)),
        _ => 0,
    };
}
