using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Supervised;

[Collection(ProcessWideState.Name)]
public sealed class PackingTests
{
    private static readonly SupervisedExample[] Rows = [Row(7, 3), Row(3, 1), Row(12, 4), Row(1, 0), Row(5, 0), Row(9, 8)];

    /// <summary>
    /// Rotary positions, learned positions, a window, experts; and slopes, whose addends grow along the packed row and cost the scores a digit.
    /// </summary>
    [Theory]
    [InlineData("llama", "bestfit", 1e-6)]
    [InlineData("llama", "knapsack", 1e-6)]
    [InlineData("opt-125m-like", "bestfit", 1e-6)]
    [InlineData("bloom", "bestfit", 3e-6)]
    [InlineData("gemma3-text", "bestfit", 1e-6)]
    [InlineData("mixtral", "bestfit", 1e-6)]
    public void PackedRowsGiveTheLossAndTheGradientsOfPaddedOnes(string family, string packing, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var model = Load(family);
        var (padded, gradients) = Learn(model, Rows);
        var (packed, others) = Learn(model, PackedRows.Of(Rows, PackingCatalog.Get(packing), 16));

        Assert.Equal(Rows.Sum(row => row.SupervisedTokens), packed.Count);
        Assert.Equal(padded.Count, packed.Count);
        Assert.Equal(padded.Tokens, packed.Tokens);
        Assert.Equal(padded.Sum.ToDouble() / padded.Count, packed.Sum.ToDouble() / packed.Count, tolerance);
        Assert.All(gradients, item => Assert.InRange((item.Value - others[item.Key]).abs().max().ToDouble() / Math.Max(1, item.Value.abs().max().ToDouble()), 0, tolerance));
    }

    [Fact]
    public void APackedSequenceSeesNothingOfTheOthers()
    {
        using var scope = NewDisposeScope();
        using var model = Load("llama");
        var (alone, other, third) = (Row(6, 1), Row(4, 1), new SupervisedExample([9, 8, 7, 6], [-100, -100, -100, -100]));

        Assert.Equal(Loss(alone), Loss(SupervisedExample.Packed([third, alone])), 1e-6);
        Assert.Equal(Loss(SupervisedExample.Packed([alone, other])), Loss(SupervisedExample.Packed([other, alone])), 1e-6);

        double Loss(SupervisedExample row) => new SupervisedObjective(model, [row]).MeanLoss(1)!.Value;
    }

    /// <summary>A piece of a long prompt, as wrapped packing leaves some.</summary>
    [Fact]
    public void APackedRowWithNothingToLearnAddsNothing()
    {
        using var scope = NewDisposeScope();
        using var model = Load("llama");
        var (loss, gradients) = Learn(model, [SupervisedExample.Packed([Row(6, 6), Row(4, 4)])], weight: 1);

        Assert.Equal((0, 10, 0.0), (loss.Count, loss.Tokens, loss.Sum.ToDouble()));
        Assert.All(gradients.Values, gradient => Assert.Equal(0, gradient.abs().max().ToDouble()));
    }

    [Fact]
    public void PackedRowsStandEndToEndWithoutPaddingOrMask()
    {
        using var batch = SupervisedBatch.Of([SupervisedExample.Packed([Row(3, 0), Row(2, 0)]), Row(4, 0)], CPU);
        Assert.Equal([1, 9], batch.Ids.shape);
        Assert.Null(batch.AttentionMask);
        Assert.Equal([0, 1, 2, 0, 1, 0, 1, 2, 3], batch.PositionIds!.data<long>().ToArray());
        Assert.Equal([0, 1, 3, 5, 6, 7], batch.Positions.data<long>().ToArray());
    }

    private static CausalLanguageModel Load(string family)
    {
        var model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(RepositoryFolder.Fixtures, "models", family), CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        foreach (var parameter in model.parameters()) parameter.requires_grad_();
        return model;
    }

    private static (LossSum Loss, Dictionary<string, Tensor> Gradients) Learn(CausalLanguageModel model, IReadOnlyList<SupervisedExample> rows, double? weight = null)
    {
        foreach (var parameter in model.parameters()) parameter.grad = null;
        var objective = new SupervisedObjective(model, rows);
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        var loss = objective.Learn(all, weight ?? 1.0 / objective.Count(all));
        return (loss, model.named_parameters().Where(pair => pair.parameter.grad is not null).ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone()));
    }

    private static SupervisedExample Row(int length, int given)
    {
        int[] ids = [.. Enumerable.Range(0, length).Select(i => 5 + ((7 * i) + (3 * length)) % 40)];
        return new(ids, [.. ids.Select((id, i) => i < given ? SupervisedExample.IgnoredLabel : id)]);
    }
}
