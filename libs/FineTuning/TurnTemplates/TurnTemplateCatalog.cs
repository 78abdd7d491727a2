using System.Collections.Frozen;
using System.Text.Json;

namespace Platform.FineTuning.TurnTemplates;

/// <summary>The templates that come with the library, from <c>templates.json</c>.</summary>
public static class TurnTemplateCatalog
{
    private static readonly FrozenDictionary<string, TurnTemplate> ByName = Read().ToFrozenDictionary(template => template.Name);

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="ArgumentException">No template has that name.</exception>
    public static TurnTemplate Get(string name) => ByName.TryGetValue(name, out var template)
        ? template
        : throw new ArgumentException($"There is no template '{name}'. Known: {string.Join(", ", Names)}.", nameof(name));

    private static List<TurnTemplate> Read()
    {
        using var content = typeof(TurnTemplateCatalog).Assembly.GetManifestResourceStream("TurnTemplates.templates.json")!;
        using var document = JsonDocument.Parse(content);
        return [.. document.RootElement.EnumerateArray().Select(TurnTemplate.Read)];
    }
}
