using System.Text.Json;

namespace Platform.Modeling.Tokenization;

internal static class JsonElementExtensions
{
    /// <summary>A boolean that may be missing or null.</summary>
    public static bool Flag(this JsonElement json, string name, bool otherwise) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is (JsonValueKind.True or JsonValueKind.False) ? value.GetBoolean() : otherwise;

    /// <summary>A string that must be there.</summary>
    public static string Required(this JsonElement json) => json.GetString() ?? throw new InvalidDataException("a text is expected where null stands.");

    /// <summary>A string that may be missing or null.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A part that may be missing or null.</summary>
    public static JsonElement? Part(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
