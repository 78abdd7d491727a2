using Platform.Modeling.Tokenization;
using Platform.Testing;

namespace Platform.Modeling.Tests.Tokenization;

/// <summary>Thousands of files cut short or with flipped bytes: read all the same, or refused by a clear error.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const string Everything = """
        {"truncation": null, "padding": null,
         "added_tokens": [{"id": 9, "content": "<s>", "special": true, "lstrip": true, "normalized": true}, {"id": 10, "content": "<m>", "rstrip": true, "normalized": false}],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Strip", "strip_left": true, "strip_right": true},
           {"type": "Replace", "pattern": {"String": "q"}, "content": "ab"}, {"type": "Prepend", "prepend": "a"}, {"type": "Lowercase"}, {"type": "Nmt"}]},
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true},
           {"type": "Digits", "individual_digits": true}, {"type": "Punctuation", "behavior": "Contiguous"}, {"type": "FixedLength", "length": 5},
           {"type": "CharDelimiterSplit", "delimiter": "x"}, {"type": "UnicodeScripts"}, {"type": "Split", "pattern": {"String": "c"}, "behavior": "Isolated", "invert": false}]},
         "post_processor": {"type": "Sequence", "processors": [{"type": "ByteLevel", "trim_offsets": true, "add_prefix_space": true}, {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "<s>", "type_id": 1}}, {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {"<s>": {"id": "<s>", "ids": [9], "tokens": ["<s>"]}}}]},
         "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "_"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
         "model": MODEL}
        """;

    private static readonly string[] Models =
    [
        """{"type": "BPE", "unk_token": "<u>", "fuse_unk": true, "byte_fallback": true, "vocab": {"<u>": 0, "a": 1, "b": 2, "_": 3, "ab": 4, "_a": 5, "<0xC3>": 6, "<0xA9>": 7}, "merges": [["a", "b"], ["_", "a"]]}""",
        """{"type": "WordPiece", "unk_token": "<u>", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {"<u>": 0, "a": 1, "##b": 2, "_": 3, "##a": 4}}""",
        """{"type": "Unigram", "unk_id": 0, "byte_fallback": true, "vocab": [["<u>", 0], ["a", -1.5], ["b", -2], ["_a", -1], ["ab", -3]]}""",
        """{"type": "WordLevel", "unk_token": "<u>", "vocab": {"<u>": 0, "_ab": 1, "a": 2}}""",
    ];

    private static readonly string[] Texts = ["ab abq <s> a1b2, é漢c", "", "  \n", "aaaaaaaaaaaaaaaaaaaaaaaa"];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ADamagedTokenizerJsonIsRefusedClearly(int model)
    {
        var content = System.Text.Encoding.UTF8.GetBytes(Everything.Replace("MODEL", Models[model], StringComparison.Ordinal));
        Survive("tokenizer.json", content, 1500);
    }

    [Theory]
    [InlineData("chatglm3-bpe", "tokenizer.model", 700)]
    [InlineData("chatglm3-unigram", "tokenizer.model", 700)]
    [InlineData("chatglm3-unigram", "tokenizer_config.json", 200)]
    [InlineData("bert-cased", "vocab.txt", 200)]
    [InlineData("gpt2", "merges.txt", 150)]
    [InlineData("gpt2", "vocab.json", 150)]
    public void ADamagedOlderFileIsRefusedClearly(string name, string damaged, int times)
    {
        var source = Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "tokenizers", name);
        foreach (var file in Directory.EnumerateFiles(source).Where(file => Path.GetFileName(file) is not ("tokenizer.json" or "golden.json" or "case.json")))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        Survive(damaged, File.ReadAllBytes(Path.Combine(source, damaged)), times);
    }

    [Theory]
    [InlineData("""{"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "OPEN"}}""")]
    [InlineData("""{"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "(?:a|aa)+$"}}""")]
    [InlineData("""{"type": "FixedLength", "length": 0}""")]
    public void AHostilePreTokenizerIsRefused(string preTokenizer)
    {
        preTokenizer = preTokenizer.Replace("OPEN", new string('(', 100_000), StringComparison.Ordinal);
        var refusal = Record.Exception(() =>
        {
            var tokenizer = Tokenizer.Parse($$$"""{"pre_tokenizer": {{{preTokenizer}}}, "model": {"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0} } }""");
            tokenizer.Encode(new string('a', 90) + "!");
        });
        Assert.True(refusal is InvalidDataException or NotSupportedException, refusal?.ToString() ?? "accepted");
    }

    [Fact]
    public void ANormalizerThatGrowsWithoutEndIsStopped()
    {
        var parts = string.Join(", ", Enumerable.Repeat("""{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaa"}""", 40));
        var tokenizer = Tokenizer.Parse($$$"""{"normalizer": {"type": "Sequence", "normalizers": [{{{parts}}}]}, "model": {"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0} } }""");
        Assert.Contains("code points", Assert.Throws<InvalidDataException>(() => tokenizer.Encode("a")).Message, StringComparison.Ordinal);
    }

    private void Survive(string name, byte[] content, int times)
    {
        var random = new Random(11);
        for (var i = 0; i < times; i++)
        {
            var damaged = (byte[])content.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(4) == 0) damaged = damaged[..random.Next(damaged.Length)];
            File.WriteAllBytes(Path.Combine(_folder, name), damaged);
            try
            {
                var tokenizer = Tokenizer.Load(_folder);
                _ = tokenizer.VocabularySize;
                foreach (var text in Texts) tokenizer.Decode(tokenizer.EncodePair(text, text).Ids);
                Assert.NotNull(tokenizer.Decode(Enumerable.Range(0, 12), skipSpecialTokens: true));
            }
            catch (Exception refusal) when (refusal is InvalidDataException or NotSupportedException)
            {
                Assert.NotEmpty(refusal.Message);
            }
        }
    }
}
