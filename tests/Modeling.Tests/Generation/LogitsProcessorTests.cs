using Platform.Modeling.Generation;
using Platform.Modeling.Generation.Processors;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Generation;

/// <summary>Each processor against its definition, worked out by hand or by brute force.</summary>
public sealed class LogitsProcessorTests
{
    private const float No = float.NegativeInfinity;

    [Fact]
    public void RepeatedTokensLoseInBothSigns() =>
        Expect([1f, -2f, 1.5f, -1f], Apply(new() { RepetitionPenalty = 2 }, [2f, -1f, 3f, -1f], prompt: [0, 1], chosen: [2, 2]));

    [Fact]
    public void PresenceAndFrequencyCountWhatWasChosenOnly() =>
        Expect([1f, 1f - 0.5f - 2 * 0.25f, 1f - 0.5f - 0.25f, 1f], Apply(new() { PresencePenalty = 0.5, FrequencyPenalty = 0.25 }, [1f, 1f, 1f, 1f], prompt: [0, 3], chosen: [1, 2, 1]));

    [Fact]
    public void NoNgramComesTwice()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 200; trial++)
        {
            var (size, length) = (random.Next(1, 5), random.Next(1, 12));
            int[] tokens = [.. Enumerable.Range(0, length).Select(_ => random.Next(3))];
            var expected = Enumerable.Range(0, 3).Select(next => Ngrams([.. tokens, next], size) is { Count: > 0 } all && all.SkipLast(1).Contains(all[^1]) ? No : 0f);
            Expect([.. expected], Apply(new() { NoRepeatNgramSize = size }, [0f, 0f, 0f], prompt: tokens, chosen: []));
        }

        static List<string> Ngrams(int[] tokens, int size) =>
            [.. Enumerable.Range(0, Math.Max(0, tokens.Length - size + 1)).Select(begin => string.Join(',', tokens[begin..(begin + size)]))];
    }

    [Fact]
    public void WordsAreBannedWhereTheyHaveBegun() =>
        Expect([No, 0f, No, 0f, 0f], Apply(new() { BannedWords = [[2], [4, 1, 0], [1, 1, 3], [4]], EosTokenIds = [4] }, [0f, 0f, 0f, 0f, 0f], prompt: [3], chosen: [4, 1]));

    [Theory]
    [InlineData(0, 3, No)] // two new tokens so far
    [InlineData(0, 2, 0f)]
    [InlineData(5, 0, No)] // four tokens so far
    [InlineData(4, 0, 0f)]
    public void NoEndBeforeTheMinimum(int minLength, int minNewTokens, float expected) =>
        Expect([0f, expected, 0f], Apply(new() { MinLength = minLength, MinNewTokens = minNewTokens, EosTokenIds = [1] }, [0f, 0f, 0f], prompt: [0, 0], chosen: [2, 2]));

    [Fact]
    public void ForcedTokensForbidAllOthersAtTheirPlace()
    {
        Expect([No, 0f, No], Apply(new() { ForcedBosTokenId = 1 }, [3f, 3f, 3f], prompt: [0], chosen: []));
        Expect([3f, 3f, 3f], Apply(new() { ForcedBosTokenId = 1 }, [3f, 3f, 3f], prompt: [0], chosen: [1]));
        Expect([No, No, 0f], Apply(new() { ForcedEosTokenIds = [2], MaxNewTokens = 3 }, [3f, 3f, 3f], prompt: [0], chosen: [1, 1]));
        Expect([0f, No, No], Apply(new() { ForcedDecoderTokens = new Dictionary<int, int> { [2] = 0 } }, [3f, 3f, 3f], prompt: [0], chosen: [1]));
    }

    [Fact]
    public void TokensAreSuppressedAlwaysOrAtTheFirstFreePlace()
    {
        Expect([0f, No, 0f], Apply(new() { SuppressedTokens = [1] }, [0f, 0f, 0f], prompt: [0], chosen: [2]));
        Expect([0f, No, 0f], Apply(new() { BeginSuppressedTokens = [1] }, [0f, 0f, 0f], prompt: [0], chosen: []));
        Expect([0f, 0f, 0f], Apply(new() { BeginSuppressedTokens = [1] }, [0f, 0f, 0f], prompt: [0], chosen: [2]));

        // What is forced comes first: the fourth token is the first free one.
        var forced = new GenerationOptions { BeginSuppressedTokens = [1], ForcedDecoderTokens = new Dictionary<int, int> { [1] = 2, [2] = 2 } };
        Expect([0f, No, 0f], Apply(forced, [0f, 0f, 0f], prompt: [0], chosen: [2, 2]));
    }

    [Theory]
    [InlineData(0, 1.0, 0.0, new[] { 0, 1, 2, 3 })]
    [InlineData(2, 1.0, 0.0, new[] { 0, 1 })]
    [InlineData(9, 1.0, 0.0, new[] { 0, 1, 2, 3 })]
    [InlineData(0, 0.5, 0.0, new[] { 0 })]
    [InlineData(0, 0.61, 0.0, new[] { 0, 1 })]
    [InlineData(0, 0.91, 0.0, new[] { 0, 1, 2 })]
    [InlineData(0, 1.0, 0.4, new[] { 0, 1 })]
    [InlineData(0, 1.0, 0.6, new[] { 0 })]
    [InlineData(2, 0.85, 0.0, new[] { 0, 1 })] // of the two that are left, the first has 0.6 / 0.9
    [InlineData(2, 0.65, 0.0, new[] { 0 })]
    public void FiltersKeepWhatTheyShould(int topK, double topP, double minP, int[] kept)
    {
        var logits = new[] { 0.6f, 0.3f, 0.06f, 0.04f }.Select(p => MathF.Log(p)).ToArray();
        var scores = Apply(new() { Sample = true, TopK = topK, TopP = topP, MinP = minP }, logits, prompt: [0], chosen: []);
        Assert.Equal(kept, Enumerable.Range(0, 4).Where(token => float.IsFinite(scores[token])));
    }

    [Fact]
    public void TheTemperatureDividesBeforeTheFilters()
    {
        Expect([2f, 4f], Apply(new() { Sample = true, Temperature = 0.5 }, [1f, 2f], prompt: [0], chosen: []));
        var flat = Apply(new() { Sample = true, Temperature = 100, TopP = 0.5 }, [0f, 1f, 2f, 3f], prompt: [0], chosen: []);
        Assert.Equal(2, flat.Count(float.IsFinite)); // almost uniform: two of four reach one half
    }

    [Fact]
    public void RowsAreTreatedEachByItsOwnTokens()
    {
        using var scores = tensor((float[])[1f, 1f, 1f, 1f], 2, 2);
        TokenRow[] rows = [new([0], 5), new([1], 5)];
        foreach (var processor in LogitsProcessors.Of(new GenerationOptions { RepetitionPenalty = 2 })) processor.Apply(rows, scores);
        Assert.Equal([0.5f, 1f, 1f, 0.5f], scores.data<float>().ToArray());
    }

    [Fact]
    public void ATokenTheVocabularyLacksIsNamed() =>
        Assert.Contains("99", Assert.Throws<ArgumentException>(() => Apply(new() { SuppressedTokens = [99] }, [0f, 0f], prompt: [0], chosen: [])).Message);

    private static float[] Apply(GenerationOptions options, float[] logits, int[] prompt, int[] chosen)
    {
        using var scores = tensor(logits, 1, logits.Length);
        var row = new TokenRow(prompt, options.MaxNewTokens ?? 100);
        foreach (var token in chosen) row.Add(token);
        foreach (var processor in LogitsProcessors.Of(options)) processor.Apply([row], scores);
        return scores.data<float>().ToArray();
    }

    private static void Expect(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (one, other) in expected.Zip(actual))
        {
            if (float.IsInfinity(one)) Assert.Equal(one, other);
            else Assert.Equal(one, other, 1e-6f);
        }
    }
}
