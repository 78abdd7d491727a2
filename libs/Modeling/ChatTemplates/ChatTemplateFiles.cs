using System.Text.Json;
using Platform.Modeling.Tokenization;

namespace Platform.Modeling.ChatTemplates;

/// <summary>Where model folders keep their templates.</summary>
internal static class ChatTemplateFiles
{
    public static (IReadOnlyDictionary<string, string> Sources, IReadOnlyDictionary<string, string> SpecialTokens) Read(string folder)
    {
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        var config = Json(Path.Combine(folder, "tokenizer_config.json"));
        var jinja = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(jinja)) sources["default"] = File.ReadAllText(jinja);
        else if (config is { } json && json.TryGetProperty("chat_template", out var template)) ReadConfig(template, sources);

        var more = Path.Combine(folder, "additional_chat_templates");
        if (Directory.Exists(more))
        {
            foreach (var file in Directory.EnumerateFiles(more, "*.jinja").Order(StringComparer.Ordinal)) sources[Path.GetFileNameWithoutExtension(file)] = File.ReadAllText(file);
        }

        return (sources, new TokenizerConfig(config, Json(Path.Combine(folder, "special_tokens_map.json"))).NamedTokens);
    }

    // One template, or a list of named ones.
    private static void ReadConfig(JsonElement template, Dictionary<string, string> sources)
    {
        if (template.ValueKind == JsonValueKind.String) sources["default"] = template.GetString()!;
        if (template.ValueKind != JsonValueKind.Array) return;
        foreach (var entry in template.EnumerateArray()) sources[Text(entry, "name")] = Text(entry, "template");
    }

    private static string Text(JsonElement entry, string field) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InvalidDataException($"tokenizer_config.json: an entry of chat_template has no text '{field}'; each needs name and template.");

    private static JsonElement? Json(string path)
    {
        if (!File.Exists(path)) return null;
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
