using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;

namespace Platform.Modeling.Tests.Tokenization;

public sealed class BpeTrainerTests : IDisposable
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 200).Select(i => $"The lamp number {i % 17} stands in room {i % 5}. Größe 你好!")];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ALearntVocabularyHasTheWantedSizeAndRoundTripsAnyText()
    {
        var tokenizer = Train("a", 300);
        Assert.Equal(300, tokenizer.VocabularySize);
        foreach (var text in Texts.Append("unseen: żółć 🎉\n\t x"))
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).Ids, skipSpecialTokens: true));
        Assert.True(tokenizer.Encode(Texts[0]).Length < Texts[0].Length / 3);
    }

    [Fact]
    public void SpecialTokensComeFirstAndAreFoundInText()
    {
        var tokenizer = Train("a", 300);
        Assert.Equal((0, 1, 2), (tokenizer.PadTokenId, tokenizer.BosTokenId, tokenizer.EosTokenId));
        Assert.Equal(tokenizer.BosTokenId, tokenizer.Encode("x").Ids[0]);
        Assert.Equal(tokenizer.EosTokenId, tokenizer.Encode("x<eos>").Ids[^1]);
    }

    [Fact]
    public void TheSameTextsGiveTheSameFiles()
    {
        Train("a", 300);
        Train("b", 300);
        foreach (var name in new[] { "tokenizer.json", "tokenizer_config.json" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "a", name)), File.ReadAllBytes(Path.Combine(_folder, "b", name)));
    }

    [Fact]
    public void TheMostFrequentPairMergesFirst()
    {
        new BpeTrainer { VocabularySize = 257 }.Train(["aab aab aab xy"], _folder);
        Assert.Equal("aa", Tokenizer.Load(_folder).TokenOf(256));
    }

    [Fact]
    public void LearningStopsWhereNoPairRepeats()
    {
        new BpeTrainer { VocabularySize = 1000 }.Train(["abc"], _folder);
        Assert.Equal(256, Tokenizer.Load(_folder).VocabularySize);
    }

    [Fact]
    public void ContradictingSettingsAreAllNamed()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new BpeTrainer { VocabularySize = 10, EosToken = "<eos>" }.Train([], _folder));
        Assert.Contains("VocabularySize is 10", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'<eos>' is not among SpecialTokens", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASavedTokenizerIsTheLoadedOneByteByByte()
    {
        var tokenizer = Train("a", 300);
        tokenizer.Save(Path.Combine(_folder, "copy"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "a", "tokenizer.json")), File.ReadAllBytes(Path.Combine(_folder, "copy", "tokenizer.json")));
    }

    private Tokenizer Train(string name, int size)
    {
        var folder = Path.Combine(_folder, name);
        new BpeTrainer
        {
            VocabularySize = size,
            SpecialTokens = ["<pad>", "<bos>", "<eos>"],
            PadToken = "<pad>",
            BosToken = "<bos>",
            EosToken = "<eos>",
            AddBosToken = true,
        }.Train(Texts, folder);
        return Tokenizer.Load(folder);
    }
}
