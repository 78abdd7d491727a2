using Platform.Modeling.Generation;
using Platform.Modeling.Llama;
using Platform.Modeling.Tokenization;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Generation;

public sealed class TextStreamTests : IDisposable
{
    private const string Text = "Grüße, 你好 😀 world! Ok";
    private readonly Tokenizer _tokenizer = Tokenizer.Load(Path.Combine(RepositoryFolder.Fixtures, "tokenizers", "gpt2"));
    private readonly LlamaForCausalLm _model;

    public TextStreamTests() => _model = Some.Model(Some.Config with { VocabularySize = _tokenizer.VocabularySize });

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task PiecesAreWholeCharactersAndTogetherTheText()
    {
        var pieces = await Read(TextStream.Generate(_model, _tokenizer, [5], Saying(Text), TestContext.Current.CancellationToken));
        Assert.Equal(Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.True(pieces.Count > 5);
        Assert.All(pieces, piece => Assert.False(piece.Text.Contains('\uFFFD') || (piece.Text.Length > 0 && (char.IsLowSurrogate(piece.Text[0]) || char.IsHighSurrogate(piece.Text[^1])))));
        Assert.Equal(FinishReason.Length, pieces[^1].Finish);
        Assert.All(pieces.SkipLast(1), piece => Assert.Null(piece.Finish));
    }

    /// <summary>Every part of the text as stop string: the text ends before its first occurrence, wherever tokens begin and end.</summary>
    [Fact]
    public void AStopStringIsFoundAcrossTheBordersOfTokens()
    {
        var options = Saying(Text);
        var runes = Text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        for (var begin = 0; begin < runes.Count; begin += 2)
        {
            for (var length = 1; length <= Math.Min(5, runes.Count - begin); length += 2)
            {
                var stop = string.Concat(runes.Skip(begin).Take(length));
                var row = TokenGeneration.Run(_model, [[5]], options with { StopStrings = ["never", stop] }, _tokenizer)[0];
                Assert.Equal((FinishReason.StopString, Text[..Text.IndexOf(stop, StringComparison.Ordinal)]), (row.Finish, row.Text));
            }
        }
    }

    [Fact]
    public async Task WhatOnlyBeginsLikeAStopStringComesOutAfterAll()
    {
        var options = Saying(Text) with { StopStrings = ["world!!", "Okay"] };
        Assert.Equal(Text, string.Concat((await Read(TextStream.Generate(_model, _tokenizer, [5], options, TestContext.Current.CancellationToken))).Select(piece => piece.Text)));
    }

    [Fact]
    public void BeamsEndAtStopStringsToo()
    {
        var row = TokenGeneration.Run(_model, [[5]], Saying(Text) with { Beams = 2, StopStrings = ["你"] }, _tokenizer)[0];
        Assert.Equal((FinishReason.StopString, "Grüße, "), (row.Finish, row.Text));
    }

    [Fact]
    public async Task WhoStopsReadingStopsTheComputation()
    {
        var steps = 0;
        await foreach (var piece in TextStream.Read((onStep, stop) => Compute(onStep, stop, ref steps), CancellationToken.None))
        {
            if (piece.Text == "3") break;
        }

        // The enumerator waits for the computing thread, so no step follows any more.
        Assert.InRange(Volatile.Read(ref steps), 3, 3 + 20);
    }

    [Fact]
    public async Task ASlowReaderIsWaitedForWithFewPiecesInMemory()
    {
        var steps = 0;
        await using var reader = TextStream.Read((onStep, stop) => Compute(onStep, stop, ref steps), CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await reader.MoveNextAsync());
        await Eventually.Async("the computation waits", TimeSpan.FromSeconds(20), () => Volatile.Read(ref steps) >= 16);
        Assert.InRange(Volatile.Read(ref steps), 16, 1 + 16 + 1);
        for (var i = 0; i < 50; i++) Assert.True(await reader.MoveNextAsync());
        Assert.Equal("51", reader.Current.Text);
    }

    [Fact]
    public async Task CancellationReachesTheModelAndTheReader()
    {
        using var cancellation = new CancellationTokenSource();
        var read = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in TextStream.Generate(_model, _tokenizer, [5], new GenerationOptions { MaxNewTokens = 1_000_000, Sample = true }, cancellation.Token))
            {
                if (++read == 3) await cancellation.CancelAsync();
            }
        });
        Assert.Equal(3, read);
    }

    [Fact]
    public async Task AFailureOfTheModelReachesTheReader()
    {
        var stream = TextStream.Generate(_model, _tokenizer, [5], new GenerationOptions { SuppressedTokens = [9_999_999] }, TestContext.Current.CancellationToken);
        Assert.Contains("9999999", (await Assert.ThrowsAsync<ArgumentException>(() => Read(stream))).Message);
    }

    /// <summary>A million steps, whose texts are their numbers.</summary>
    private static void Compute(Action<GenerationStep> onStep, CancellationToken stop, ref int steps)
    {
        using var logits = zeros(1, 1);
        for (var step = 1; step <= 1_000_000; step++)
        {
            stop.ThrowIfCancellationRequested();
            Volatile.Write(ref steps, step);
            onStep(new GenerationStep(step, [0], logits) { Texts = [$"{step}"], Finished = [null] });
        }
    }

    /// <summary>Makes a model say a text: each of its tokens is forced.</summary>
    private GenerationOptions Saying(string text)
    {
        var ids = _tokenizer.Encode(text, addSpecialTokens: false).Ids;
        return new GenerationOptions { MaxNewTokens = ids.Count, ForcedDecoderTokens = ids.Index().ToDictionary(pair => pair.Index + 1, pair => pair.Item) };
    }

    private static async Task<List<TextPiece>> Read(IAsyncEnumerable<TextPiece> stream)
    {
        List<TextPiece> pieces = [];
        await foreach (var piece in stream) pieces.Add(piece);
        return pieces;
    }
}
