using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;

namespace Platform.Modeling.Tests.Tokenization;

public sealed class SentencePieceTrainerTests : IDisposable
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 200).Select(i => $"The lamp number {i % 17} stands in room {i % 5}.")];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("The lamp number 3 stands in room 1.")]
    [InlineData("two  spaces\nand a line, 你好!")]
    public void AnyTextRoundTrips(string text)
    {
        var tokenizer = Train();
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).Ids, skipSpecialTokens: true).TrimStart(' '));
    }

    [Fact]
    public void TheTokensOfChatGlmStandBehindTheLearnedPieces()
    {
        var tokenizer = Train();
        Assert.Equal(320 + 9, tokenizer.VocabularySize);
        Assert.Equal(["[gMASK]", "sop"], tokenizer.Encode("lamp").Ids.Take(2).Select(tokenizer.TokenOf));
        Assert.Equal((2, 0), (tokenizer.EosTokenId, tokenizer.PadTokenId));
        Assert.True(tokenizer.Encode(Texts[0], addSpecialTokens: false).Length < Texts[0].Length / 2);
    }

    private Tokenizer Train()
    {
        new SentencePieceTrainer { VocabularySize = 320, MinimumFrequency = 1, Config = new JsonObject { ["tokenizer_class"] = "ChatGLMTokenizer" } }.Train(Texts, _folder);
        return Tokenizer.Load(_folder);
    }
}
