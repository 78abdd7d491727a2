using System.Text.Json.Nodes;

namespace Platform.Modeling.Tokenization;

/// <summary>Writes the tokenizer.json that the files before it, vocab.json and merges.txt, stand for.</summary>
internal static class ByteLevelDefinition
{
    public static byte[] Of(byte[] vocabulary, byte[] merges, TokenizerConfig config)
    {
        var vocab = JsonNode.Parse(vocabulary)!.AsObject();
        var lines = System.Text.Encoding.UTF8.GetString(merges).Split('\n')
            .Select(line => line.TrimEnd('\r'))
            .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal));
        var definition = Of(
            vocab.ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<int>(), StringComparer.Ordinal),
            lines.Select(line => line.Split(' ') is [var left, var right] ? (left, right) : throw new InvalidDataException($"merges.txt has the line '{line}'; expected two tokens with a space between.")),
            config.NamedTokens.Values.Distinct(StringComparer.Ordinal), config.AddPrefixSpace);

        // OPT puts its start token in front of every text; GPT-2 does not, whatever its file of that age says.
        if (config.AddBosToken && config.BosToken is { } bos) definition["post_processor"] = StartTemplate(bos, (int)vocab[bos]!);
        return System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString());
    }

    /// <summary>A byte-level BPE tokenizer as tokenizer.json has it. Named tokens that are not in the vocabulary get the next ids.</summary>
    public static JsonObject Of(
        IReadOnlyDictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges, IEnumerable<string> namedTokens, bool addPrefixSpace)
    {
        var next = vocabulary.Values.Max() + 1;
        var added = namedTokens.Select(token => (Token: token, Id: vocabulary.TryGetValue(token, out var id) ? id : next++)).OrderBy(entry => entry.Id);
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. added.Select(entry => new JsonObject
            {
                ["id"] = entry.Id, ["content"] = entry.Token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
            })]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = ByteLevel(addPrefixSpace, trimOffsets: true),
            ["post_processor"] = ByteLevel(addPrefixSpace: true, trimOffsets: false),
            ["decoder"] = ByteLevel(addPrefixSpace: true, trimOffsets: true),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = new JsonObject(vocabulary.OrderBy(entry => entry.Value).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
                ["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray(merge.Left, merge.Right))]),
            },
        };
    }

    /// <summary>Puts one token in front of each text.</summary>
    public static JsonObject StartTemplate(string token, int id)
    {
        JsonObject Special(int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };
        JsonObject Sequence(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(0), Sequence("A", 0)),
            ["pair"] = new JsonArray(Special(0), Sequence("A", 0), Special(1), Sequence("B", 1)),
            ["special_tokens"] = new JsonObject
            {
                [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) },
            },
        };
    }

    private static JsonObject ByteLevel(bool addPrefixSpace, bool trimOffsets) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = addPrefixSpace,
        ["trim_offsets"] = trimOffsets,
        ["use_regex"] = true,
    };
}
