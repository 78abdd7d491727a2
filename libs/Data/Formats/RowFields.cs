using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>Reads the fields of a row and words what is wrong with them.</summary>
internal static class RowFields
{
    private const int ShownCharacters = 40;

    /// <summary>The text of a required, non-blank string field; null after adding a problem.</summary>
    public static string? RequiredText(JsonElement row, string field, string path, ICollection<string> problems)
    {
        if (!row.TryGetProperty(field, out var value))
        {
            problems.Add($"{path} is missing; expected a non-empty string");
            return null;
        }

        if (Text(value) is not { } text)
        {
            problems.Add($"{path} is {Shown(value)}; expected a non-empty string");
            return null;
        }

        if (!string.IsNullOrWhiteSpace(text)) return text;
        problems.Add($"{path} is '{Shortened(text)}'; expected a non-empty string");
        return null;
    }

    /// <summary>Refuses fields that would change what the row teaches if they were silently dropped.</summary>
    public static void Refuse(JsonElement row, string prefix, IEnumerable<string> fields, ICollection<string> problems)
    {
        foreach (var field in fields)
        {
            if (row.TryGetProperty(field, out var value) && value.ValueKind is not JsonValueKind.Null)
                problems.Add($"{prefix}{field} is {Shown(value)}; this format has no {field}, remove it");
        }
    }

    /// <summary>A value as an error message shows it: its kind where it is large, quoted where it is text.</summary>
    public static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "an empty array" : "an array",
        JsonValueKind.String => Text(value) is { } text ? $"'{Shortened(text)}'" : "a string with half a surrogate pair",
        JsonValueKind.Null => "null",
        _ => Shortened(value.GetRawText()),
    };

    // An escaped lone surrogate ("\ud800") is JSON but no text: GetString refuses it.
    private static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Shortened(string text)
    {
        if (text.Length <= ShownCharacters) return text;
        var end = char.IsHighSurrogate(text[ShownCharacters - 1]) ? ShownCharacters - 1 : ShownCharacters;
        return text[..end] + "…";
    }
}
