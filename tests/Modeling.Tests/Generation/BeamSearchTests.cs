using Platform.Modeling.Generation;
using Platform.Modeling.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Generation;

public sealed class BeamSearchTests
{
    private const int Vocabulary = 5;
    private const int End = 2;
    private const int Length = 4;
    private static readonly LlamaConfig Tiny = Some.Config with { VocabularySize = Vocabulary };
    private static readonly GenerationOptions Options = new() { Beams = 2, MaxNewTokens = Length, EosTokenIds = [End], PadTokenId = 0, EarlyStopping = EarlyStopping.Never };

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(0.0, 2)]
    [InlineData(2.0, 3)]
    [InlineData(0.5, 4)]
    [InlineData(-1.0, 5)]
    public void WithEnoughBeamsTheBestOfAllSequencesAreFound(double lengthPenalty, long seed)
    {
        using var model = Some.Model(Tiny, seed);
        var best = Sequences(model, [1, 3], lengthPenalty).OrderByDescending(sequence => sequence.Score).Take(3).ToList();
        var found = TokenGeneration.Run(model, [[1, 3]], Options with { Beams = 64, LengthPenalty = lengthPenalty, ReturnSequences = 3 });
        Assert.Equal(best.Select(sequence => string.Join(',', sequence.Tokens)), found.Select(row => string.Join(',', row.EndToken is { } end ? row.Tokens.Append(end) : row.Tokens)));
        foreach (var (expected, actual) in best.Zip(found)) Assert.Equal(expected.Score, actual.Score!.Value, 1e-4);
    }

    [Theory]
    [InlineData(EarlyStopping.WhenUnlikelyToImprove)]
    [InlineData(EarlyStopping.WhenFull)]
    [InlineData(EarlyStopping.Never)]
    public void ScoresAreThoseOfTheirSequencesAndInOrder(EarlyStopping stopping)
    {
        using var model = Some.Model(Tiny, 9);
        var all = Sequences(model, [3, 0, 1], 1.5).ToDictionary(sequence => string.Join(',', sequence.Tokens), sequence => sequence.Score);
        var rows = TokenGeneration.Run(model, [[3, 0, 1]], Options with { Beams = 3, ReturnSequences = 3, LengthPenalty = 1.5, EarlyStopping = stopping });
        Assert.Equal(3, rows.Count);
        Assert.Equal(rows.OrderByDescending(row => row.Score), rows);
        Assert.All(rows, row => Assert.Equal(all[string.Join(',', row.EndToken is { } end ? row.Tokens.Append(end) : row.Tokens)], row.Score!.Value, 1e-4));
    }

    [Fact]
    public void ABatchIsSearchedAsIfEachPromptWereAlone()
    {
        using var model = Some.Model(seed: 4);
        IReadOnlyList<int>[] prompts = [[5, 6, 7, 8], [9], [3, 1]];
        var options = Options with { Beams = 4, MaxNewTokens = 10, ReturnSequences = 2 };
        var together = TokenGeneration.Run(model, prompts, options);
        for (var prompt = 0; prompt < prompts.Length; prompt++)
        {
            var alone = TokenGeneration.Run(model, [prompts[prompt]], options);
            var rows = together.Where(row => row.Prompt == prompt).ToList();
            Assert.Equal(alone.Select(row => string.Join(',', row.Tokens)), rows.Select(row => string.Join(',', row.Tokens)));
        }
    }

    [Fact]
    public void MoreBeamsWithoutAnEndGiveNoWorseASequence()
    {
        using var model = Some.Model(seed: 6);
        double Score(int beams) => TokenGeneration.Run(model, [[5, 6]], new GenerationOptions { Beams = beams, MaxNewTokens = 3, LengthPenalty = 0 })[0].Score!.Value;
        var exhaustive = Score(50 * 50);
        Assert.All((int[])[2, 5, 20], beams => Assert.InRange(Score(beams), double.NegativeInfinity, exhaustive + 1e-4));
    }

    /// <summary>Early stopping ends a search at the first sequences; a strict one goes on to a better, longer one.</summary>
    [Fact]
    public void StoppingEarlyMayMissWhatAStrictSearchFinds()
    {
        var missed = 0;
        for (var seed = 1; seed <= 12; seed++)
        {
            using var model = Some.Model(Tiny, seed);
            var options = Options with { MaxNewTokens = 12, LengthPenalty = 2 };
            var early = TokenGeneration.Run(model, [[1, 3]], options with { EarlyStopping = EarlyStopping.WhenFull })[0];
            var strict = TokenGeneration.Run(model, [[1, 3]], options)[0];
            Assert.True(strict.Score >= early.Score - 1e-6);
            if (strict.Score > early.Score + 1e-6) missed++;
        }

        Assert.InRange(missed, 1, 12);
    }

    /// <summary>A slow copy of the rules, sequence by sequence, on logits of full passes.</summary>
    private static List<(int[] Tokens, double Score)> Sequences(LlamaForCausalLm model, int[] prompt, double lengthPenalty)
    {
        List<(int[] Tokens, double Score)> ended = [];
        List<(int[] Tokens, double Sum)> running = [([], 0)];
        for (var length = 1; length <= Length; length++)
        {
            List<(int[] Tokens, double Sum)> next = [];
            foreach (var (tokens, sum) in running)
            {
                using var scope = NewDisposeScope();
                var logs = model.Logits(Some.Ids([.. prompt.Concat(tokens).Select(token => (long)token)]))[0][-1].log_softmax(-1).data<float>().ToArray();
                for (var token = 0; token < Vocabulary; token++)
                {
                    (int[] Tokens, double Sum) longer = ([.. tokens, token], sum + logs[token]);
                    if (token == End || length == Length) ended.Add((longer.Tokens, longer.Sum / Math.Pow(length, lengthPenalty)));
                    else next.Add(longer);
                }
            }

            running = next;
        }

        return ended;
    }
}
