using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class TrainingRunTests
{
    private static readonly TrainingOptions Options = new() { MaxSteps = 60, BatchSize = 4, LearningRate = 5e-2, Schedule = "constant", Seed = 1 };

    [Fact]
    public void TheLossFalls()
    {
        using var objective = new TinyObjective(rows: 12, dropout: 0);
        List<double> losses = [];
        using var run = objective.Run(Options, losses);

        run.Run(CancellationToken.None);

        Assert.True(losses[^3..].Average() < 0.5 * losses[..3].Average(), $"{losses[0]:f3} -> {losses[^1]:f3}");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ALossThatIsNoNumberEndsTheRunBeforeItReachesTheWeights(double factor)
    {
        using var objective = new TinyObjective(rows: 12) { Broken = (3, factor) };
        using var run = objective.Run(Options);

        var diverged = Assert.Throws<LossDivergedException>(() => run.Run(CancellationToken.None));

        Assert.InRange(diverged.Step, 1, 3); // 3 steps of 4 rows are an epoch
        Assert.Contains("learningRate", diverged.Message);
        Assert.All(objective.Parameters, p => Assert.True(p.Tensor.isfinite().all().item<bool>()));
    }

    [Fact]
    public void ProgressCountsStepsAndTokensAndEndsWithNothingRemaining()
    {
        using var objective = new TinyObjective(rows: 9);
        List<TrainingProgress> seen = [];
        using var run = new TrainingRun(Options with { MaxSteps = 6, BatchSize = 3 }, objective, new TrainedParameters(objective.Parameters), new FineTuning.Optimizers.AdamW([new(objective.Parameters)]), TimeProvider.System) { Stepped = seen.Add };

        var outcome = run.Run(CancellationToken.None);

        Assert.Equal([1, 2, 3, 4, 5, 6], seen.Select(progress => progress.Step));
        Assert.Equal(2 * 45, outcome.Tokens); // two epochs of 1 + 2 + ... + 9
        Assert.Equal(TimeSpan.Zero, seen[^1].Remaining);
        Assert.All(seen, progress => Assert.True(progress is { TotalSteps: 6, GradNorm: > 0, TokensPerSecond: > 0 }));
    }

    [Fact]
    public void AStepLeavesNoTensorsBehind()
    {
        using var objective = new TinyObjective(rows: 12);
        List<long> live = [];
        using var run = new TrainingRun(Options, objective, new TrainedParameters(objective.Parameters), new FineTuning.Optimizers.AdamW([new(objective.Parameters)]), TimeProvider.System)
        {
            Stepped = _ => live.Add(Tensor.TotalCount),
        };

        run.Run(CancellationToken.None);

        Assert.InRange(live[^1] - live[2], long.MinValue, 0);
    }
}
