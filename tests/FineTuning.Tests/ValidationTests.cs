using Platform.FineTuning.Checkpoints;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class ValidationTests : IDisposable
{
    /// <summary>Too few rows and too high a rate: what is learned by heart soon hurts elsewhere.</summary>
    private static readonly TrainingOptions OverFitting = new()
    {
        MaxSteps = 120,
        BatchSize = 2,
        LearningRate = 0.05,
        Schedule = "constant",
        Seed = 3,
        Validation = new() { EverySteps = 5, Patience = 4, LoadBestAtEnd = true },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("validation-").FullName;

    [Fact]
    public void ALossThatNoLongerFallsEndsTheRunWithItsBestWeights()
    {
        using var objective = new TinyObjective(rows: 4);
        using var validation = new HeldOut(objective);
        List<Measurement> measured = [];
        using var run = Start(OverFitting, objective, validation, measured);

        var outcome = run.Run(CancellationToken.None);

        Assert.True(outcome is { StoppedEarly: true, Steps: < 120 });
        var best = measured.MinBy(measurement => measurement.Loss)!;
        Assert.Equal((best.Loss, best.Step), (outcome.ValidationLoss, outcome.WeightsOfStep));
        Assert.Equal(best.Loss, validation.MeanLoss(2));
        Assert.Equal(4, measured.Count(measurement => measurement.Step > best.Step));
    }

    [Fact]
    public void AGainBelowTheLeastOneDoesNotCount()
    {
        var progress = new ValidationProgress();
        var options = new ValidationOptions { EverySteps = 1, Patience = 2, MinDelta = 0.1 };

        progress = progress.After(1, 1.0, options).After(2, 0.95, options);

        Assert.Equal((1, 2, 0.95), (progress.WithoutGain, progress.BestStep, progress.BestLoss));
        Assert.True(progress.After(3, 0.91, options).HasEnded);
        Assert.False(progress.After(3, 0.89, options).HasEnded);
    }

    [Fact]
    public void TheAverageOfTheWeightsIsWhatIsMeasuredAndWhatTheRunEndsWith()
    {
        using var objective = new TinyObjective(rows: 8, dropout: 0);
        using var validation = new HeldOut(objective);
        List<float[]> weights = [];
        using var run = objective.Run(
            new() { MaxSteps = 6, BatchSize = 4, LearningRate = 0.1, Schedule = "constant", AverageDecay = 0.5 }, stepped: () => weights.Add(objective.Weights()), validation: validation);

        var outcome = run.Run(CancellationToken.None);

        var expected = weights[0];
        foreach (var step in weights[1..]) expected = [.. expected.Zip(step, (average, now) => 0.5f * average + 0.5f * now)];
        Assert.Equal(expected, objective.Weights(), (left, right) => Math.Abs(left - right) < 1e-5f);
        Assert.NotEqual(weights[^1], objective.Weights());
        Assert.Equal(outcome.ValidationLoss, validation.MeanLoss(4));
    }

    /// <summary>Early stopping, the best weights, the average, clipping, eight-bit moments: nothing of a run is forgotten.</summary>
    [Theory]
    [InlineData("adamw")]
    [InlineData("adamw-8bit")]
    public void ARunThatIsStoppedAfterAnyStepEndsAsIfItHadNotBeen(string optimizer)
    {
        var options = OverFitting with { AverageDecay = 0.8, MaxSteps = 30, Optimizer = new() { Name = optimizer } };
        var (outcome, weights, losses) = Whole(options);
        for (var stopAt = 1; stopAt < outcome.Steps; stopAt += 9)
        {
            using var stop = new CancellationTokenSource();
            List<double> seen = [];
            using (var first = new TinyObjective(rows: 4))
            using (var held = new HeldOut(first))
            {
                manual_seed(1);
                using var run = Start(options, first, held, [], seen, () =>
                {
                    if (seen.Count == stopAt) stop.Cancel();
                });
                Assert.ThrowsAny<OperationCanceledException>(() => run.Run(stop.Token));
            }

            manual_seed(77);
            using var second = new TinyObjective(rows: 4);
            using var validation = new HeldOut(second);
            using var resumed = Start(options, second, validation, [], seen);
            using (var state = CheckpointFolder.Read(Place(stopAt))) resumed.Resume(state);
            var end = resumed.Run(CancellationToken.None);

            Assert.Equal(losses, seen);
            Assert.Equal(weights, second.Weights());
            Assert.Equal((outcome.Steps, outcome.ValidationLoss, outcome.WeightsOfStep, outcome.StoppedEarly), (end.Steps, end.ValidationLoss, end.WeightsOfStep, end.StoppedEarly));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (TrainingOutcome Outcome, float[] Weights, List<double> Losses) Whole(TrainingOptions options)
    {
        using var objective = new TinyObjective(rows: 4);
        using var validation = new HeldOut(objective);
        List<double> losses = [];
        manual_seed(1);
        using var run = Start(options, objective, validation, [], losses);
        return (run.Run(CancellationToken.None), objective.Weights(), losses);
    }

    private TrainingRun Start(TrainingOptions options, TinyObjective objective, IObjective validation, List<Measurement> measured, List<double>? losses = null, Action? stepped = null) =>
        objective.Run(options, losses, state => CheckpointFolder.Write(state, Place(state.Step)), stepped, validation, step => CheckpointFolder.Read(Place(step)), measured);

    private string Place(long step) => Path.Combine(_folder, $"step-{step}");

    /// <summary>Other rows than an objective learns, through the same weights.</summary>
    private sealed class HeldOut(TinyObjective learned) : IObjective, IDisposable
    {
        private readonly TinyObjective _rows = new(rows: 20, seed: 12, parameters: learned.Parameters);

        public int RowCount => _rows.RowCount;

        public long Count(IReadOnlyList<int> rows) => _rows.Count(rows);

        public LossSum Learn(IReadOnlyList<int> rows, double weight) => throw new InvalidOperationException("These rows are never learned.");

        public LossSum Measure(IReadOnlyList<int> rows) => _rows.Measure(rows);

        public void Dispose() => _rows.DisposeRows();
    }
}
