namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class DivergenceTests
{
    [Fact]
    public void ALossThatRunsAwayEndsTheRunWithTheEvidence()
    {
        using var objective = new TinyObjective(rows: 12, dropout: 0);
        using var run = objective.Run(new() { MaxSteps = 500, BatchSize = 4, LearningRate = 1, MaxGradNorm = 0, Schedule = "constant", Optimizer = new() { Name = "sgd" } });

        var diverged = Assert.Throws<LossDivergedException>(() => run.Run(CancellationToken.None));

        Assert.True(double.IsFinite(diverged.Loss), diverged.Message);
        Assert.Equal(DivergenceWatch.Window, diverged.LastLosses.Count);
        Assert.Equal(4, diverged.Rows.Count);
        Assert.Contains("the run has diverged", diverged.Message);
    }

    [Theory]
    [InlineData(0.01)] // a model that knew its task: three times nothing is still nothing
    [InlineData(2.0)]
    public void NoiseAroundALevelIsNoDivergence(double level)
    {
        var watch = new DivergenceWatch(3);
        var random = new Random(1);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.False(watch.HasDiverged(level * (0.5 + random.NextDouble()))));
    }

    [Fact]
    public void OneSpikeIsNoDivergence()
    {
        var watch = new DivergenceWatch(3);

        Assert.All(Enumerable.Range(0, 100), step => Assert.False(watch.HasDiverged(step == 50 ? 20 : 1)));
    }

    [Fact]
    public void TheWatchCanBeSwitchedOff()
    {
        var watch = new DivergenceWatch(0);

        Assert.All(Enumerable.Range(0, 100), step => Assert.False(watch.HasDiverged(step * step)));
    }
}
