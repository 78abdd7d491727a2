using System.Text.Json;

namespace Platform.Modeling.Tokenization;

/// <summary>The named tokens and habits of a tokenizer, from <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
public sealed class TokenizerConfig
{
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

    internal TokenizerConfig(JsonElement? config, JsonElement? specialTokens)
    {
        foreach (var source in new[] { specialTokens, config })
        {
            if (source is not { ValueKind: JsonValueKind.Object } json) continue;
            foreach (var entry in json.EnumerateObject().Where(entry => entry.Name.EndsWith("_token", StringComparison.Ordinal)))
            {
                // A token is its text, or an object with the text as content.
                var token = entry.Value.ValueKind == JsonValueKind.Object ? entry.Value.Text("content") : entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
                if (token is not null) _named[entry.Name] = token;
                else if (entry.Value.ValueKind == JsonValueKind.Null) _named.Remove(entry.Name);
            }
        }

        AddPrefixSpace = config?.Flag("add_prefix_space", false) ?? false;
        AddBosToken = config?.Flag("add_bos_token", false) ?? false;
        PadsLeft = config?.Text("padding_side") == "left";
        TruncatesLeft = config?.Text("truncation_side") == "left";
        TokenizerClass = config?.Text("tokenizer_class");
    }

    /// <summary>Every named token: <c>bos_token</c>, <c>eos_token</c>, <c>pad_token</c>, … with its text.</summary>
    public IReadOnlyDictionary<string, string> NamedTokens => _named;

    public string? BosToken => _named.GetValueOrDefault("bos_token");

    public string? EosToken => _named.GetValueOrDefault("eos_token");

    public string? PadToken => _named.GetValueOrDefault("pad_token");

    public string? UnknownToken => _named.GetValueOrDefault("unk_token");

    public bool AddPrefixSpace { get; }

    public bool AddBosToken { get; }

    public bool PadsLeft { get; }

    public bool TruncatesLeft { get; }

    public string? TokenizerClass { get; }
}
