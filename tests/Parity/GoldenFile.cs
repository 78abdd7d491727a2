using System.Text.Json;

namespace Platform.Parity;

/// <summary>Reads a case's JSON files.</summary>
internal static class GoldenFile
{
    public static JsonElement Read(string casePath, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(casePath, name)));
        return document.RootElement.Clone();
    }

    /// <summary>A section that a case may lack.</summary>
    public static IEnumerable<JsonElement> Section(this JsonElement golden, string name) =>
        golden.TryGetProperty(name, out var section) ? section.EnumerateArray() : [];
}
