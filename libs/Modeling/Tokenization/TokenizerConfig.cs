using System.Collections.Frozen;
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
                if (TokenText(entry.Value) is { } token) _named[entry.Name] = token;
                else if (entry.Value.ValueKind == JsonValueKind.Null) _named.Remove(entry.Name);
            }
        }

        ExtraSpecialTokens = new[] { "additional_special_tokens", "extra_special_tokens" }
            .Select(name => config?.Part(name)).Where(list => list?.ValueKind == JsonValueKind.Array)
            .SelectMany(list => list!.Value.EnumerateArray().Select(TokenText)).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
        AddPrefixSpace = config?.Flag("add_prefix_space", false) ?? false;
        AddBosToken = config?.Flag("add_bos_token", false) ?? false;
        PadsLeft = config?.Text("padding_side") == "left";
        TruncatesLeft = config?.Text("truncation_side") == "left";
        AddEosToken = config?.Flag("add_eos_token", false) ?? false;
        Json = config;
        TokenizerClass = config?.Text("tokenizer_class");
        if (TokenizerClass != "ChatGLMTokenizer") return;

        // The published folders leave these out: the class has them in its code.
        foreach (var (name, token) in new[] { ("bos_token", "<s>"), ("eos_token", "</s>"), ("pad_token", "<unk>"), ("unk_token", "<unk>") }) _named.TryAdd(name, token);
    }

    /// <summary>Every named token: <c>bos_token</c>, <c>eos_token</c>, <c>pad_token</c>, … with its text.</summary>
    public IReadOnlyDictionary<string, string> NamedTokens => _named;

    public string? BosToken => _named.GetValueOrDefault("bos_token");

    public string? EosToken => _named.GetValueOrDefault("eos_token");

    public string? PadToken => _named.GetValueOrDefault("pad_token");

    public string? UnknownToken => _named.GetValueOrDefault("unk_token");

    public bool AddPrefixSpace { get; }

    public bool AddBosToken { get; }

    public bool AddEosToken { get; }

    public bool PadsLeft { get; }

    public bool TruncatesLeft { get; }

    public string? TokenizerClass { get; }

    /// <summary>Tokens that are special without having a name.</summary>
    internal IReadOnlySet<string> ExtraSpecialTokens { get; }

    /// <summary>All of <c>tokenizer_config.json</c>, for what only one kind of tokenizer asks.</summary>
    internal JsonElement? Json { get; }

    // A token is its text, or an object with the text as content.
    private static string? TokenText(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object => token.Text("content"),
        _ => null,
    };
}
