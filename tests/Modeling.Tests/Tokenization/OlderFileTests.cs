using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization;
using Platform.Testing;

namespace Platform.Modeling.Tests.Tokenization;

/// <summary>Folders without tokenizer.json: the older files stand for the same tokenizer.</summary>
public sealed class OlderFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama2-legacy", null)]
    [InlineData("mistral-nonlegacy", null)]
    [InlineData("gemma", "GemmaTokenizer")]
    [InlineData("bert-uncased", null)]
    [InlineData("bert-cased", null)]
    [InlineData("gpt2", null)]
    public void TheOlderFilesGiveWhatTokenizerJsonGives(string name, string? tokenizerClass)
    {
        var source = Fixture(name);
        foreach (var file in Directory.EnumerateFiles(source).Where(file => Path.GetFileName(file) is not ("tokenizer.json" or "golden.json" or "case.json")))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        if (tokenizerClass is not null) Configure(config => config["tokenizer_class"] = tokenizerClass);
        if (name == "bert-cased") Configure(config => config["do_lower_case"] = false);

        var (whole, older) = (Tokenizer.Load(source), Tokenizer.Load(_folder));
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(source, "golden.json")));
        foreach (var row in golden.RootElement.GetProperty("encode").EnumerateArray())
        {
            var text = row.GetProperty("text").GetString()!;
            var (expected, actual) = (whole.Encode(text), older.Encode(text));
            Assert.Equal(expected.Ids, actual.Ids);
            Assert.Equal(expected.Offsets, actual.Offsets);
            Assert.Equal(expected.TypeIds, actual.TypeIds);
            Assert.Equal(whole.Decode(expected.Ids, skipSpecialTokens: true), older.Decode(expected.Ids, skipSpecialTokens: true));
            Assert.Equal(whole.EncodePair(text, "two").Ids, older.EncodePair(text, "two").Ids);
        }
    }

    [Fact]
    public void T5CountsItsSentinelsDownBehindThePieces()
    {
        var tokenizer = SentencePiece("""{"tokenizer_class": "T5Tokenizer", "extra_ids": 20, "eos_token": "</s>"}""");
        Assert.Equal((1019, 1000), (tokenizer.IdOf("<extra_id_0>"), tokenizer.IdOf("<extra_id_19>")));
        var encoding = tokenizer.Encode("the <extra_id_0> end");
        Assert.Equal(["</s>", "<extra_id_0>"], [encoding.Tokens[^1], encoding.Tokens.Single(token => token.StartsWith("<extra", StringComparison.Ordinal))]);
    }

    [Fact]
    public void XlmRobertaCountsAsFairseqDoes()
    {
        var (own, fairseq) = (SentencePiece("{}"), SentencePiece("""{"tokenizer_class": "XLMRobertaTokenizer"}"""));
        Assert.Equal([0, 1, 2, 3], new[] { "<s>", "<pad>", "</s>", "<unk>" }.Select(token => fairseq.IdOf(token)!.Value));
        Assert.Equal(own.IdOf("▁the") + 1, fairseq.IdOf("▁the"));
        Assert.Equal(1001, fairseq.IdOf("<mask>"));
        var encoding = fairseq.EncodePair("the", "the");
        Assert.Equal(["<s>", "</s>", "</s>", "</s>"], encoding.Tokens.Where(token => token.StartsWith('<')));
    }

    [Fact]
    public void AModelWithoutTheTokensThatItsClassNeedsIsRefusedByName()
    {
        var refusal = Assert.Throws<InvalidDataException>(() => SentencePiece("""{"tokenizer_class": "DebertaV2Tokenizer"}"""));
        Assert.Contains("'[CLS]'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAClassASentencePieceModelIsTakenAsItIs()
    {
        var tokenizer = SentencePiece("""{"add_bos_token": true, "bos_token": "<s>", "eos_token": "</s>"}""");
        var encoding = tokenizer.Encode("the model");
        Assert.Equal(tokenizer.BosTokenId, encoding.Ids[0]);
        Assert.Equal("the model", tokenizer.Decode(encoding.Ids, skipSpecialTokens: true));
    }

    [Fact]
    public void InAChatGlmTextSpecialTokensAreTextUnlessATemplatePutThemThere()
    {
        var tokenizer = Tokenizer.Load(Fixture("chatglm3-bpe"));
        Assert.DoesNotContain(tokenizer.IdOf("<|user|>")!.Value, tokenizer.Encode("<|user|>").Ids);
        Assert.Equal([tokenizer.IdOf("<|user|>")!.Value], tokenizer.EncodeTemplate("<|user|>").Ids);
    }

    private Tokenizer SentencePiece(string config)
    {
        File.Copy(Path.Combine(Fixture("chatglm3-unigram"), "tokenizer.model"), Path.Combine(_folder, "tokenizer.model"), overwrite: true);
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), config);
        return Tokenizer.Load(_folder);
    }

    private void Configure(Action<JsonNode> change)
    {
        var path = Path.Combine(_folder, "tokenizer_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private static string Fixture(string name) => Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "tokenizers", name);
}
