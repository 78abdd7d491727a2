using System.Text.Json.Nodes;

namespace Platform.Modeling.Tokenization;

/// <summary>Writes the tokenizer.json that BERT's older file, vocab.txt, stands for: one token a line, its id the line's number.</summary>
internal static class WordPieceDefinition
{
    public static byte[] Of(byte[] words, TokenizerConfig config)
    {
        var lines = System.Text.Encoding.UTF8.GetString(words).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < lines.Count; id++) vocabulary[lines[id]] = id;

        var unknown = config.UnknownToken ?? "[UNK]";
        var start = config.NamedTokens.GetValueOrDefault("cls_token", "[CLS]");
        var separator = config.NamedTokens.GetValueOrDefault("sep_token", "[SEP]");
        string[] named = [config.PadToken ?? "[PAD]", unknown, start, separator, config.NamedTokens.GetValueOrDefault("mask_token", "[MASK]")];
        var lowercase = config.Json?.Flag("do_lower_case", true) ?? true;
        var definition = new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. named.Where(vocabulary.ContainsKey).Distinct(StringComparer.Ordinal).OrderBy(token => vocabulary[token]).Select(token => new JsonObject
            {
                ["id"] = vocabulary[token], ["content"] = token, ["normalized"] = false, ["special"] = true,
            })]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = config.Json?.Flag("tokenize_chinese_chars", true) ?? true,
                ["strip_accents"] = config.Json?.Flag("strip_accents", lowercase) ?? lowercase,
                ["lowercase"] = lowercase,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = new JsonObject
            {
                ["type"] = "BertProcessing",
                ["sep"] = new JsonArray(separator, Id(separator)),
                ["cls"] = new JsonArray(start, Id(start)),
            },
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = unknown,
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = new JsonObject(vocabulary.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
            },
        };
        return System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString());

        int Id(string token) => vocabulary.TryGetValue(token, out var id) ? id : throw new InvalidDataException($"vocab.txt lacks the token '{token}'.");
    }
}
