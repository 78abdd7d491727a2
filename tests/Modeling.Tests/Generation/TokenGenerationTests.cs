using Platform.Modeling.Generation;
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

    [Theory]
    [InlineData(0, 1.0, new[] { 0, 1, 2, 3 })]
    [InlineData(2, 1.0, new[] { 0, 1 })]
    [InlineData(0, 0.5, new[] { 0 })]
    [InlineData(0, 0.61, new[] { 0, 1 })]
    [InlineData(3, 0.85, new[] { 0, 1 })] // of the three that are left, the first two already have 0.9 / 0.95
    public void OnlyWhatTopKAndTopPLeaveIsEverChosen(int topK, double topP, int[] expected)
    {
        using var sampler = new TokenSampler(new GenerationOptions { Sample = true, TopK = topK, TopP = topP, Seed = 3 }, CPU);
        using var logits = tensor((float[])[0.6f, 0.3f, 0.05f, 0.05f]).log().unsqueeze(0).repeat(2000, 1);
        using var chosen = sampler.Choose(topK == 3 ? logits + tensor((float[])[0, 0, 0, -1]) : logits);
        Assert.Equal(expected, chosen.data<long>().ToArray().Distinct().Order().Select(id => (int)id));
    }
}
