using Platform.FineTuning.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class PrecisionTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { MaxSteps = 60, BatchSize = 4, LearningRate = 2e-2, Schedule = "constant", Seed = 1 };

    private readonly string _folder = Directory.CreateTempSubdirectory("precision-").FullName;

    [Theory]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.Float16, true)]
    public void EveryPrecisionLearns(ScalarType precision, bool scaleLoss)
    {
        using var objective = new TinyObjective(rows: 12, dropout: 0, precision);
        List<double> losses = [];
        using var run = objective.Run(Options with { ScaleLoss = scaleLoss }, losses);

        run.Run(CancellationToken.None);

        Assert.True(losses[^3..].Average() < 0.6 * losses[..3].Average(), $"{losses[0]:f3} -> {losses[^1]:f3}");
        Assert.All(objective.Parameters, parameter => Assert.Equal(precision, parameter.Tensor.dtype));
    }

    /// <summary>65,536 times these gradients is more than a float16 holds, so the first steps only halve the scale.</summary>
    [Fact]
    public void AnOverflowLeavesAStepOutAndHalvesTheScale()
    {
        using var objective = new TinyObjective(rows: 12, dropout: 0, ScalarType.Float16);
        List<TrainingProgress> seen = [];
        var start = objective.Weights();
        using var run = new TrainingRun(Options with { ScaleLoss = true, MaxSteps = 12 }, objective, new TrainedParameters(objective.Parameters), FineTuning.Optimizers.OptimizerCatalog.Create(Options, objective.Parameters), TimeProvider.System)
        {
            Stepped = progress =>
            {
                seen.Add(progress);
                if (progress.SkippedSteps == progress.Step) Assert.Equal(start, objective.Weights());
            },
        };

        var outcome = run.Run(CancellationToken.None);

        Assert.InRange(outcome.SkippedSteps, 1, 11);
        Assert.Equal(65536, seen[0].LossScale);
        Assert.Equal(65536 / Math.Pow(2, outcome.SkippedSteps), run.State().Progress.LossScale);
        Assert.NotEqual(start, objective.Weights());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.Float16, true)]
    public void AResumedRunHasTheSameWeightsBitForBit(ScalarType precision, bool scaleLoss)
    {
        var options = Options with { ScaleLoss = scaleLoss, MaxSteps = 12, CheckpointEverySteps = 3 };
        var place = Path.Combine(_folder, "state");
        manual_seed(4);
        using var whole = new TinyObjective(rows: 12, dtype: precision);
        using var run = whole.Run(options, checkpointDue: state =>
        {
            if (state.Step == 3) CheckpointFolder.Write(state, place);
        });
        run.Run(CancellationToken.None);

        using var again = new TinyObjective(rows: 12, dtype: precision);
        using var resumed = again.Run(options);
        using (var state = CheckpointFolder.Read(place)) resumed.Resume(state);
        resumed.Run(CancellationToken.None);

        Assert.Equal(whole.Weights(), again.Weights());
        Assert.Equal(run.State().Progress with { FirstLosses = [], LastLosses = [] }, resumed.State().Progress with { FirstLosses = [], LastLosses = [] });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
