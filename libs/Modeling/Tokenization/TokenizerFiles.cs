using System.Text.Json;

namespace Platform.Modeling.Tokenization;

/// <summary>The files of a folder that belong to its tokenizer.</summary>
internal sealed class TokenizerFiles
{
    private static readonly string[] Names =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "vocab.txt", "tokenizer.model", "chat_template.jinja", "normalizer.json",
    ];

    private readonly Dictionary<string, byte[]> _content = new(StringComparer.Ordinal);

    private TokenizerFiles(string folder)
    {
        foreach (var name in Names)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path)) _content[name] = File.ReadAllBytes(path);
        }

        Config = new TokenizerConfig(Json("tokenizer_config.json"), Json("special_tokens_map.json"));
        if (_content.TryGetValue("tokenizer.json", out var definition)) Definition = definition;
        else if (_content.TryGetValue("vocab.json", out var vocabulary) && _content.TryGetValue("merges.txt", out var merges))
            Definition = ByteLevelDefinition.Of(vocabulary, merges, Config);
        else if (_content.ContainsKey("tokenizer.model"))
            throw new NotSupportedException($"'{folder}' has tokenizer.model but no tokenizer.json; convert the SentencePiece model to tokenizer.json first.");
        else
            throw new FileNotFoundException($"'{folder}' has no tokenizer; expected tokenizer.json, or vocab.json with merges.txt.", Path.Combine(folder, "tokenizer.json"));
    }

    public static TokenizerFiles Read(string folder) => new(folder);

    /// <summary>The content of tokenizer.json, read or derived.</summary>
    public byte[] Definition { get; }

    public TokenizerConfig Config { get; }

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in _content) File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }

    private JsonElement? Json(string name)
    {
        if (!_content.TryGetValue(name, out var bytes)) return null;
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }
}
