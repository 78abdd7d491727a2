using System.Globalization;
using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>Reads the fields of a row and words what is wrong with them.</summary>
internal static class RowFields
{
    /// <summary>What a row's JSON may look like: no field twice.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private const int ShownCharacters = 40;

    /// <summary>Whether the row is an object; adds a problem where it is not.</summary>
    public static bool IsObject(JsonElement row, string fields, ICollection<string> problems)
    {
        if (row.ValueKind == JsonValueKind.Object) return true;
        problems.Add($"the line is {Shown(row)}; expected an object with {fields}");
        return false;
    }

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

    /// <summary>The text of a field that may be missing, null or blank: then null.</summary>
    public static string? OptionalText(JsonElement row, string field, string path, ICollection<string> problems)
    {
        if (!row.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (Text(value) is { } text) return string.IsNullOrWhiteSpace(text) ? null : text;
        problems.Add($"{path} is {Shown(value)}; expected a string, or leave it out");
        return null;
    }

    /// <summary>A required array; null after adding a problem.</summary>
    public static JsonElement? List(JsonElement row, string field, string path, string expected, ICollection<string> problems)
    {
        if (!row.TryGetProperty(field, out var value))
        {
            problems.Add($"{path} is missing; expected {expected}");
            return null;
        }

        var list = Structured(value);
        if (list.ValueKind == JsonValueKind.Array) return list;
        problems.Add($"{path} is {Shown(value)}; expected {expected}");
        return null;
    }

    /// <summary>A label by name; a whole number or a truth value is its name.</summary>
    public static string? Label(JsonElement value, string path, ICollection<string> problems)
    {
        var label = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
            JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number.ToString("R", CultureInfo.InvariantCulture),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => Text(value),
        };
        if (!string.IsNullOrWhiteSpace(label)) return label;
        problems.Add($"{path} is {Shown(value)}; expected a name or a number");
        return null;
    }

    /// <summary>A value, or what a string holds as JSON: cells of tables have no arrays and objects of their own.</summary>
    public static JsonElement Structured(JsonElement value)
    {
        if (Text(value) is not { } text || !text.AsSpan().TrimStart().StartsWith("[") && !text.AsSpan().TrimStart().StartsWith("{")) return value;
        try
        {
            return JsonElement.Parse(text, Strict);
        }
        catch (JsonException)
        {
            return value; // no JSON, so it stays the text it is and is refused as such
        }
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

    /// <summary>The text of a string, or null. An escaped lone surrogate ("\ud800") is JSON but no text: GetString refuses it.</summary>
    public static string? Text(JsonElement value)
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

    /// <summary>Whether every string and every name in a value is text.</summary>
    public static bool IsText(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().All(IsText);
        if (value.ValueKind != JsonValueKind.Object) return value.ValueKind != JsonValueKind.String || Text(value) is not null;
        try
        {
            return value.EnumerateObject().All(field => field.Name is not null && IsText(field.Value));
        }
        catch (InvalidOperationException)
        {
            return false; // a name with half a surrogate pair
        }
    }

    private static string Shortened(string text)
    {
        if (text.Length <= ShownCharacters) return text;
        var end = char.IsHighSurrogate(text[ShownCharacters - 1]) ? ShownCharacters - 1 : ShownCharacters;
        return text[..end] + "…";
    }
}
