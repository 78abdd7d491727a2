using Platform.Modeling.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Generation;

public sealed class TokenGenerationTests
{
    private static readonly GenerationOptions Greedy = new() { MaxNewTokens = 6, PadTokenId = 0 };

    [Fact]
    public void ABatchContinuesEachPromptAsIfItWereAlone()
    {
        using var model = Some.Model();
        IReadOnlyList<int>[] prompts = [[5, 6, 7, 8], [9], [3, 1]];
        var together = TokenGeneration.Generate(model, prompts, Greedy);
        foreach (var (prompt, expected) in prompts.Zip(together))
        {
            Assert.Equal(expected, Assert.Single(TokenGeneration.Generate(model, [prompt], Greedy)));
        }
    }

    [Fact]
    public void GreedyTokensAreTheLikeliestOfAFullPass()
    {
        using var model = Some.Model();
        List<long> sequence = [5, 6, 7];
        var generated = Assert.Single(TokenGeneration.Generate(model, [[5, 6, 7]], Greedy));
        foreach (var token in generated)
        {
            using var ids = Some.Ids([.. sequence]);
            Assert.Equal(model.Logits(ids)[0][-1].argmax().item<long>(), token);
            sequence.Add(token);
        }
    }

    [Fact]
    public void SamplingRepeatsForASeedAndVariesBetweenSeeds()
    {
        using var model = Some.Model();
        var options = Greedy with { Sample = true, Temperature = 3, MaxNewTokens = 20, Seed = 7 };
        var first = TokenGeneration.Generate(model, [[5, 6]], options)[0];
        Assert.Equal(first, TokenGeneration.Generate(model, [[5, 6]], options)[0]);
        Assert.NotEqual(first, TokenGeneration.Generate(model, [[5, 6]], options with { Seed = 8 })[0]);
        Assert.Equal(TokenGeneration.Generate(model, [[5, 6]], Greedy)[0], TokenGeneration.Generate(model, [[5, 6]], Greedy with { Sample = true, TopK = 1 })[0]);
    }

    [Fact]
    public void ARowEndsWithItsEndTokenWhichIsNotReturnedButReported()
    {
        using var model = Some.Model();
        var free = TokenGeneration.Generate(model, [[5, 6, 7]], Greedy)[0];
        var end = free[2];
        List<int?> reported = [];
        var ended = TokenGeneration.Generate(model, [[5, 6, 7]], Greedy with { EosTokenIds = [end] }, step => reported.Add(step.Tokens[0]))[0];
        Assert.Equal(free.TakeWhile(token => token != end), ended);
        Assert.Equal(end, reported[^1]);
        Assert.Equal(ended.Count + 1, reported.Count);
    }

    [Fact]
    public void CancellationStopsBetweenTokens()
    {
        using var model = Some.Model();
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => TokenGeneration.Generate(model, [[5]], Greedy with { MaxNewTokens = 50 }, _ =>
        {
            if (++steps == 3) cancellation.Cancel();
        }, cancellation.Token));
        Assert.Equal(3, steps);
    }

    [Fact]
    public void EmptyPromptsAndWrongOptionsAreRefusedWithAllProblems()
    {
        using var model = Some.Model();
        Assert.Contains("1", Assert.Throws<ArgumentException>(() => TokenGeneration.Generate(model, [[5], []], Greedy)).Message);
        var wrong = new GenerationOptions { MaxNewTokens = 0, Sample = true, Temperature = 0, TopK = -1, TopP = 2 };
        var message = Assert.Throws<ArgumentException>(() => TokenGeneration.Generate(model, [[5]], wrong)).Message;
        foreach (var name in (string[])["max_new_tokens", "temperature", "top_k", "top_p"]) Assert.Contains(name, message);
    }

    [Fact]
    public void SampledRowsOfABatchAreThoseOfTheFirstRowsAlone()
    {
        using var model = Some.Model();
        var options = Greedy with { Sample = true, Temperature = 2, MaxNewTokens = 12, Seed = 3 };
        var together = TokenGeneration.Generate(model, [[5, 6], [7], [8, 9, 1]], options);
        Assert.Equal(together[0], TokenGeneration.Generate(model, [[5, 6]], options)[0]);
        Assert.Equal(together[1], TokenGeneration.Generate(model, [[5, 6], [7]], options with { EosTokenIds = [together[0][1]] })[1]);
    }

    [Fact]
    public void SeveralSamplesOfAPromptDifferAndTheFirstIsTheOneAlone()
    {
        using var model = Some.Model();
        var options = Greedy with { Sample = true, Temperature = 3, MaxNewTokens = 15 };
        var rows = TokenGeneration.Run(model, [[5, 6], [7]], options with { ReturnSequences = 3 });
        Assert.Equal([0, 0, 0, 1, 1, 1], rows.Select(row => row.Prompt));
        Assert.Equal(rows[0].Tokens, TokenGeneration.Generate(model, [[5, 6]], options)[0]);
        Assert.Equal(6, rows.Select(row => string.Join(',', row.Tokens)).Distinct().Count());
    }

    [Fact]
    public void LogProbabilitiesAreThoseOfTheModelWhateverTheFilters()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        var options = Greedy with { LogProbabilities = 2, Sample = true, Temperature = 0.5, TopK = 5, RepetitionPenalty = 1.3 };
        var row = Assert.Single(TokenGeneration.Run(model, [[5, 6]], options));
        List<long> sequence = [5, 6];
        foreach (var (token, reported) in row.Tokens.Zip(row.LogProbabilities!))
        {
            var logs = model.Logits(Some.Ids([.. sequence]))[0][-1].log_softmax(-1);
            Assert.Equal(token, reported.Token);
            Assert.Equal(logs[token].item<float>(), reported.LogProbability, 1e-4);
            var (values, indices) = logs.topk(2);
            Assert.Equal(indices.data<long>().ToArray(), reported.Top.Select(top => (long)top.Token));
            Assert.Equal(values[1].item<float>(), reported.Top[1].LogProbability, 1e-4);
            sequence.Add(token);
        }
    }

    [Fact]
    public void ARowEndsForTheReasonItGives()
    {
        using var model = Some.Model();
        var free = TokenGeneration.Generate(model, [[5, 6, 7]], Greedy)[0];
        var full = TokenGeneration.Run(model, [[5, 6, 7]], Greedy)[0];
        Assert.Equal((FinishReason.Length, null), (full.Finish, full.EndToken));
        var ended = TokenGeneration.Run(model, [[5, 6, 7]], Greedy with { EosTokenIds = [free[2]] })[0];
        Assert.Equal((FinishReason.EndToken, free[2]), (ended.Finish, ended.EndToken));
    }

    [Fact]
    public void AMaximumLengthCountsThePromptAndEachRowByItself()
    {
        using var model = Some.Model();
        var rows = TokenGeneration.Generate(model, [[5, 6, 7], [9]], new GenerationOptions { MaxLength = 7 });
        Assert.Equal([4, 6], rows.Select(row => row.Count));
        Assert.Contains("max_length", Assert.Throws<ArgumentException>(() => TokenGeneration.Generate(model, [[5, 6, 7]], new GenerationOptions { MaxLength = 3 })).Message);
    }

    [Fact]
    public void ForcedTokensComeAtTheirPlacesAndSuppressedOnesNever()
    {
        using var model = Some.Model();
        var options = Greedy with { ForcedDecoderTokens = new Dictionary<int, int> { [1] = 11, [3] = 12 }, ForcedEosTokenIds = [2] };
        var row = TokenGeneration.Generate(model, [[5]], options)[0];
        Assert.Equal((11, 12, 2), (row[0], row[2], row[5]));

        var free = TokenGeneration.Generate(model, [[5]], Greedy)[0];
        Assert.DoesNotContain(free[1], TokenGeneration.Generate(model, [[5]], Greedy with { SuppressedTokens = [free[1]] })[0]);
        var later = TokenGeneration.Generate(model, [[5]], Greedy with { BeginSuppressedTokens = [free[0]] })[0];
        Assert.NotEqual(free[0], later[0]);
    }

    /// <summary>Where all blocks slide, old positions are let go; the tokens stay those of passes over everything.</summary>
    [Fact]
    public void ASlidingModelKeepsNoMoreThanItsWindowAndStaysExact()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Sliding(window: 4);
        int[][] prompts = [[5, 6, 7, 8, 9, 10, 11], [3, 1]];
        var together = TokenGeneration.Generate(model, prompts, Greedy with { MaxNewTokens = 20 });
        for (var row = 0; row < prompts.Length; row++)
        {
            List<long> sequence = [.. prompts[row]];
            foreach (var token in together[row])
            {
                Assert.Equal(model.Logits(Some.Ids([.. sequence]))[0][-1].argmax().item<long>(), token);
                sequence.Add(token);
            }
        }
    }
}
