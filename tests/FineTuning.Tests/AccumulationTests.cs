using Platform.FineTuning.Optimizers;

namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class AccumulationTests
{
    /// <summary>Rows 0 and 8 have 1 and 9 tokens: as two micro-batches they must count like one batch of both.</summary>
    [Fact]
    public void MicroBatchesOfOneAndNineTokensMoveTheWeightsLikeOneBatch()
    {
        var together = Step(batchSize: 9, accumulation: 1);
        var apart = Step(batchSize: 1, accumulation: 9);

        Assert.Equal(together.Loss, apart.Loss, 5);
        Assert.Equal(together.Weights.Length, apart.Weights.Length);
        for (var i = 0; i < together.Weights.Length; i++) Assert.Equal(together.Weights[i], apart.Weights[i], 1e-6f);
    }

    [Fact]
    public void TheLossOfAStepIsTheMeanOverItsTokensNotOverItsMicroBatches()
    {
        using var objective = new TinyObjective(rows: 9, dropout: 0);
        var sums = Enumerable.Range(0, 9).Select(row => objective.Measure([row])).Select(part => (Sum: part.Sum.item<float>(), part.Count)).ToList();

        var (loss, _) = Step(batchSize: 1, accumulation: 9);

        Assert.Equal(sums.Sum(part => part.Sum) / sums.Sum(part => part.Count), loss, 5);
        Assert.NotEqual(sums.Average(part => part.Sum / part.Count), loss, 3);
    }

    private static (double Loss, float[] Weights) Step(int batchSize, int accumulation)
    {
        using var objective = new TinyObjective(rows: 9, dropout: 0);
        var options = new TrainingOptions { MaxSteps = 1, BatchSize = batchSize, GradientAccumulation = accumulation, LearningRate = 0.1, Schedule = "constant" };
        using var run = new TrainingRun(options, objective, new TrainedParameters(objective.Parameters), new StochasticGradientDescent([new(objective.Parameters)]), TimeProvider.System);
        var loss = run.Run(CancellationToken.None).FinalLoss;
        return (loss, [.. objective.Parameters.SelectMany(p => p.Tensor.data<float>().ToArray())]);
    }
}
