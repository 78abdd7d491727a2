using System.Text;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Text;
using Platform.Testing;

namespace Platform.Modeling.Tests.Tokenization;

/// <summary>What holds for every text, over 100,000 random ones for each kind of tokenizer.</summary>
public sealed class RoundTripTests
{
    private const int Texts = 100_000;
    private const int Chunks = 50;

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2-legacy")]
    public void KindsThatLoseNothingGiveTheTextBack(string name)
    {
        var tokenizer = Fixture(name);
        var added = tokenizer.AddedTokens.Select(token => token.Id).ToHashSet();
        ForEveryText((text, whole) =>
        {
            // The mark that stands for a space is the one character that a SentencePiece vocabulary cannot tell from it.
            if (name != "gpt2" && whole.Contains('▁')) return;
            var encoding = tokenizer.Encode(text, addSpecialTokens: false);
            // An added token found in the text ends the first half of it, and each half has a mark in front.
            if (name == "gpt2" || !encoding.Ids.Exists(added.Contains)) Assert.Equal(whole, tokenizer.Decode(encoding.Ids));
            OffsetsAreInOrder(encoding, whole);
        });
    }

    [Theory]
    [InlineData("bert-cased")]
    [InlineData("xlmr")]
    [InlineData("WordLevel")]
    public void KindsThatNormaliseSettleAfterOnePass(string name)
    {
        var tokenizer = name == "WordLevel" ? WordLevel() : Fixture(name);
        ForEveryText((text, whole) =>
        {
            var encoding = tokenizer.Encode(text, addSpecialTokens: false);
            OffsetsAreInOrder(encoding, whole);
            var once = tokenizer.Decode(encoding.Ids, skipSpecialTokens: true);
            var twice = Again(once);
            Assert.Equal(twice, Again(twice));
        });

        string Again(string text) => tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: false).Ids, skipSpecialTokens: true);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2-legacy")]
    [InlineData("chatglm3-bpe")]
    [InlineData("bert-cased")]
    public void AStreamGivesTheWholeTextWithoutEverShowingHalfACharacter(string name)
    {
        var tokenizer = Fixture(name);
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var text = Whole(RandomText.Next(random)).Replace("\uFFFD", "", StringComparison.Ordinal);
            var ids = tokenizer.Encode(text, addSpecialTokens: false).Ids;
            var stream = new DecodeStream(tokenizer, skipSpecialTokens: false);
            var pieces = ids.Select(stream.Step).OfType<string>().ToList();
            Assert.All(pieces, piece => Assert.False(piece.Contains('\uFFFD') || char.IsLowSurrogate(piece[0]) || char.IsHighSurrogate(piece[^1])));
            var decoded = tokenizer.Decode(ids);
            Assert.StartsWith(string.Concat(pieces), decoded, StringComparison.Ordinal);
            // What the last step still holds back can only be the end of a text that decodes to a replacement character.
            if (!decoded.Contains('\uFFFD')) Assert.Equal(decoded.TrimStart(' '), string.Concat(pieces).TrimStart(' '));
        }
    }

    [Fact]
    public void ABatchIsPaddedOnEitherSideAndDecodedBack()
    {
        var tokenizer = Fixture("gpt2");
        string[] texts = ["one", "one two three", ""];
        foreach (var left in new[] { false, true })
        {
            var batch = tokenizer.EncodeBatch(texts, padding: new Padding(0, "!", left, ToMultipleOf: 4));
            Assert.Single(batch.Select(encoding => encoding.Length).Distinct());
            Assert.Equal(0, batch[0].Length % 4);
            Assert.Equal(left ? 0 : 1, batch[0].AttentionMask[0]);
            Assert.Equal(texts, tokenizer.DecodeBatch(batch.Select(encoding => encoding.Ids.Where((_, i) => encoding.AttentionMask[i] == 1))));
        }

        var pairs = Fixture("bert-cased").EncodeBatch([("the", "model"), ("a", "b")], truncation: new Truncation(5));
        Assert.All(pairs, pair => Assert.Equal(5, pair.Length));
    }

    private static void ForEveryText(Action<string, string> check) => Parallel.For(0, Chunks, new ParallelOptions { MaxDegreeOfParallelism = 2 }, chunk =>
    {
        var random = new Random(chunk);
        for (var i = 0; i < Texts / Chunks; i++)
        {
            var text = RandomText.Next(random);
            check(text, Whole(text));
        }
    });

    private static void OffsetsAreInOrder(Platform.Modeling.Tokenization.Encoding encoding, string text)
    {
        var length = text.EnumerateRunes().Count();
        var last = 0;
        foreach (var (start, end) in encoding.Offsets)
        {
            if (start < last || end < start || end > length) Assert.Fail($"offsets {string.Join(' ', encoding.Offsets)} of {length} code points: '{text}'");
            last = start;
        }
    }

    // Halves of surrogate pairs are not Unicode; they become U+FFFD on the way in.
    private static string Whole(string text) => CodePoints.ToText(CodePoints.Of(text));

    private static Tokenizer WordLevel() => Tokenizer.Parse("""
        {"pre_tokenizer": {"type": "Whitespace"},
         "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "the": 1, "model": 2, "a": 3, "!": 4, "数据": 5}}}
        """);

    private static Tokenizer Fixture(string name) => Tokenizer.Load(Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "tokenizers", name));
}
