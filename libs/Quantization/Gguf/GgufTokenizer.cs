using System.Text.Json.Nodes;
using Platform.Modeling;

namespace Platform.Quantization.Gguf;

/// <summary>A folder's byte-level BPE tokenizer as values of a GGUF header.</summary>
internal static class GgufTokenizer
{
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;

    // How texts are split before merging, by the patterns of tokenizer.json, as llama.cpp calls them.
    private static readonly (string Pattern, string Name)[] Splits =
    [
        (@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", "llama-bpe"),
        (@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", "qwen2"),
    ];

    /// <exception cref="NotSupportedException">The tokenizer is not byte-level BPE, or splits texts in a way that is not known.</exception>
    public static IEnumerable<(string Key, GgufValue Value)> Read(string folder, ModelConfig config)
    {
        var file = Path.Combine(folder, "tokenizer.json");
        if (!File.Exists(file)) throw new NotSupportedException($"'{folder}' has no tokenizer.json; only such tokenizers can be written as GGUF.");
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        if (json["model"]?["type"]?.GetValue<string>() is not "BPE" || json["model"]!["byte_fallback"]?.GetValue<bool>() is true)
            throw new NotSupportedException($"'{file}': only byte-level BPE tokenizers can be written as GGUF.");
        var language = (LanguageModelConfig)config;
        var (tokens, types) = Tokens(json, checked((int)language.VocabularySize), file);
        var named = Named(folder);
        List<(string, GgufValue)> values =
        [
            ("tokenizer.ggml.model", "gpt2"),
            ("tokenizer.ggml.pre", Split(json["pre_tokenizer"], file)),
            ("tokenizer.ggml.tokens", GgufValue.Strings(tokens)),
            ("tokenizer.ggml.token_type", GgufValue.Ints(types)),
            ("tokenizer.ggml.merges", GgufValue.Strings(json["model"]!["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>()))),
        ];
        Id("bos", language.BosTokenId);
        Id("eos", language.EosTokenIds.Count > 0 ? language.EosTokenIds[0] : null);
        Id("unknown", null, "unk");
        Id("padding", language.PadTokenId, "pad");
        foreach (var flag in new[] { "bos", "eos" })
            if (named[$"add_{flag}_token"] is JsonValue given && given.TryGetValue<bool>(out var adds)) values.Add(($"tokenizer.ggml.add_{flag}_token", adds));
        if (Template(folder, named) is { } template) values.Add(("tokenizer.chat_template", template));
        return values;

        void Id(string key, long? configured, string? token = null)
        {
            var text = named[$"{token ?? key}_token"] is JsonObject added ? added["content"]?.GetValue<string>() : named[$"{token ?? key}_token"]?.GetValue<string>();
            var id = text is null ? configured : Array.IndexOf(tokens, text) is var found and >= 0 ? found : configured;
            if (id is { } known) values.Add(($"tokenizer.ggml.{key}_token_id", (uint)known));
        }
    }

    private static (string[] Tokens, int[] Types) Tokens(JsonObject json, int size, string file)
    {
        string[] tokens = [.. Enumerable.Range(0, size).Select(id => $"[PAD{id}]")];
        var types = Enumerable.Repeat(Unused, size).ToArray();
        foreach (var (token, id) in json["model"]!["vocab"]!.AsObject()) Set(id!.GetValue<int>(), token, Normal);
        foreach (var added in json["added_tokens"]?.AsArray() ?? []) Set(added!["id"]!.GetValue<int>(), added["content"]!.GetValue<string>(), added["special"]?.GetValue<bool>() is true ? Control : UserDefined);
        return (tokens, types);

        void Set(int id, string token, int type)
        {
            if (id < 0 || id >= size) throw new NotSupportedException($"'{file}': token '{token}' has the id {id}, the model {size} tokens.");
            (tokens[id], types[id]) = (token, type);
        }
    }

    private static string Split(JsonNode? splitter, string file)
    {
        var parts = splitter?["pretokenizers"]?.AsArray().ToList() ?? [splitter];
        if (parts is [var only] && only?["type"]?.GetValue<string>() == "ByteLevel" && only["use_regex"]?.GetValue<bool>() is not false && only["add_prefix_space"]?.GetValue<bool>() is not true) return "gpt-2";
        var pattern = parts.Select(part => part?["pattern"]?["Regex"]?.GetValue<string>()).FirstOrDefault(found => found is not null);
        return Splits.FirstOrDefault(split => split.Pattern == pattern).Name
            ?? throw new NotSupportedException($"'{file}': the pre-tokenizer splits texts in a way for which no name in llama.cpp is known; known are gpt-2, {string.Join(", ", Splits.Select(split => split.Name))}.");
    }

    private static JsonObject Named(string folder)
    {
        var file = Path.Combine(folder, "tokenizer_config.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsObject() : [];
    }

    private static string? Template(string folder, JsonObject named)
    {
        var file = Path.Combine(folder, "chat_template.jinja");
        return File.Exists(file) ? File.ReadAllText(file) : named["chat_template"] is JsonValue text && text.TryGetValue<string>(out var template) ? template : null;
    }
}
