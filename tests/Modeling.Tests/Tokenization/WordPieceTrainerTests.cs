using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;

namespace Platform.Modeling.Tests.Tokenization;

public sealed class WordPieceTrainerTests : IDisposable
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 200).Select(i => $"The lamps are standing in room {i % 5}, lamp {i % 17} stands alone.")];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FrequentWordsBecomeOneTokenAndOthersPieces()
    {
        var tokenizer = Train(70);
        Assert.Equal(70, tokenizer.VocabularySize);
        Assert.NotNull(tokenizer.IdOf("standing"));
        Assert.Equal("stained lamp", tokenizer.Decode(tokenizer.Encode("Stained LAMP").Ids, skipSpecialTokens: true));
    }

    [Fact]
    public void PairsAreFramedAsBertFramesThem()
    {
        var tokenizer = Train(70);
        var pair = tokenizer.EncodePair("lamp", "room");
        Assert.Equal([tokenizer.IdOf("[CLS]"), tokenizer.IdOf("lamp"), tokenizer.IdOf("[SEP]"), tokenizer.IdOf("room"), tokenizer.IdOf("[SEP]")], pair.Ids.Select(id => (int?)id));
        Assert.Equal([0, 0, 0, 1, 1], pair.TypeIds);
    }

    [Fact]
    public void AVocabularyTooSmallForTheCharactersIsRefused()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Train(10));
        Assert.Contains("VocabularySize is 10; it must be at least", refusal.Message, StringComparison.Ordinal);
    }

    private Tokenizer Train(int size)
    {
        new WordPieceTrainer { VocabularySize = size }.Train(Texts, _folder);
        return Tokenizer.Load(_folder);
    }
}
