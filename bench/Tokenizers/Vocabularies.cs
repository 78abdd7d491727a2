using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;

namespace Platform.Tokenizers.Bench;

/// <summary>A vocabulary of realistic size, learnt from the text, and the same tokens in the form of each kind of model.</summary>
internal sealed class Vocabularies
{
    private const int Size = 32_000;

    private readonly string _folder;
    private readonly List<string> _words; // tokens without their space, most frequent first

    public Vocabularies(IEnumerable<string> documents, string folder)
    {
        _folder = Path.Combine(folder, "bpe");
        if (!File.Exists(Path.Combine(_folder, "tokenizer.json")))
            new BpeTrainer { VocabularySize = Size, SpecialTokens = ["<unk>", "<eos>"], EosToken = "<eos>" }.Train(documents, _folder);
        BytePair = Tokenizer.Load(_folder);
        Definition = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "tokenizer.json")))!.AsObject();
        _words = [.. Enumerable.Range(258, BytePair.VocabularySize - 258).Select(id => BytePair.Decode([id])).Where(text => !text.Contains('\uFFFD')).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Byte-level BPE with GPT-2's expression.</summary>
    public Tokenizer BytePair { get; }

    public JsonObject Definition { get; }

    /// <summary>The same with the expression and settings of LLaMA 3.</summary>
    public Tokenizer Llama3()
    {
        var definition = Definition.DeepClone().AsObject();
        definition["pre_tokenizer"] = JsonNode.Parse("""
            {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "behavior": "Isolated", "invert": false, "pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
              {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}
            """);
        definition["model"]!["ignore_merges"] = true;
        return Tokenizer.Parse(definition.ToJsonString());
    }

    public IEnumerable<string> WordPieces()
    {
        string[] special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"];
        var characters = _words.SelectMany(word => word.EnumerateRunes().Select(rune => rune.ToString())).Where(character => !string.IsNullOrWhiteSpace(character)).Distinct(StringComparer.Ordinal).ToList();
        return special.Concat(characters).Concat(characters.Select(character => "##" + character))
            .Concat(_words.Select(word => word.StartsWith(' ') ? word.Trim() : "##" + word.Trim()).Where(word => word.Trim('#').Length > 1)).Distinct(StringComparer.Ordinal);
    }

    public Tokenizer WordPiece() => Tokenizer.Parse(new JsonObject
    {
        ["normalizer"] = JsonNode.Parse("""{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}"""),
        ["pre_tokenizer"] = JsonNode.Parse("""{"type": "BertPreTokenizer"}"""),
        ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["vocab"] = ById(WordPieces()) },
    }.ToJsonString());

    public Tokenizer WordLevel() => Tokenizer.Parse(new JsonObject
    {
        ["pre_tokenizer"] = JsonNode.Parse("""{"type": "Whitespace"}"""),
        ["model"] = new JsonObject { ["type"] = "WordLevel", ["unk_token"] = "[UNK]", ["vocab"] = ById(_words.Select(word => word.Trim()).Prepend("[UNK]").Distinct(StringComparer.Ordinal)) },
    }.ToJsonString());

    /// <summary>Unigram with scores that fall with the rank, and T5's pre-tokenization.</summary>
    public Tokenizer Unigram()
    {
        var pieces = _words.SelectMany(word => word.EnumerateRunes().Select(rune => rune.ToString())).Distinct(StringComparer.Ordinal)
            .Concat(_words.Select(word => word.Replace(' ', '▁'))).Append("▁").Distinct(StringComparer.Ordinal);
        return Tokenizer.Parse(new JsonObject
        {
            ["pre_tokenizer"] = JsonNode.Parse("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 0,
                ["vocab"] = new JsonArray([new JsonArray("<unk>", 0.0), .. pieces.Select((piece, rank) => new JsonArray(piece, -3 - Math.Log(rank + 1)))]),
            },
        }.ToJsonString());
    }

    private static JsonObject ById(IEnumerable<string> tokens) => new(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
}
