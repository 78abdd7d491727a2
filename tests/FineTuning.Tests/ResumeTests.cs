using Platform.FineTuning.Checkpoints;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class ResumeTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Epochs = 3,
        BatchSize = 4,
        GradientAccumulation = 2,
        LearningRate = 1e-2,
        Schedule = new() { Name = "cosine", WarmupRatio = 0.1 },
        WeightDecay = 0.1,
        Seed = 5,
        CheckpointEverySteps = 3,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("resume-").FullName;

    [Theory]
    [InlineData(3)]  // inside the first epoch
    [InlineData(6)]  // inside the second
    public void AResumedRunHasTheLossesOfAnUninterruptedOneBitForBit(long step)
    {
        var uninterrupted = Train(out var weights, checkpointAt: step);
        manual_seed(999); // what another process would have done with the random stream
        using var objective = new TinyObjective(rows: 37);
        List<double> losses = [];
        using var run = objective.Run(Options, losses);

        run.Resume(CheckpointFolder.Read(Path.Combine(_folder, $"step-{step}")));
        var outcome = run.Run(CancellationToken.None);

        Assert.Equal(uninterrupted.Skip((int)step), losses);
        Assert.Equal(weights, objective.Weights());
        Assert.Equal(step, outcome.ResumedFromStep);
        Assert.Equal(run.Plan.TotalSteps, outcome.Steps);
    }

    [Fact]
    public void AStoppedRunSavesItselfAndGoesOnWithTheSameLosses()
    {
        var uninterrupted = Train(out _);
        using var stop = new CancellationTokenSource();
        using (var objective = new TinyObjective(rows: 37))
        {
            List<double> losses = [];
            manual_seed(1);
            using var run = objective.Run(Options with { CheckpointEverySteps = 0 }, losses, Save, () =>
            {
                if (losses.Count == 2) stop.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => run.Run(stop.Token));
        }

        using var again = new TinyObjective(rows: 37);
        List<double> rest = [];
        using var resumed = again.Run(Options, rest);
        resumed.Resume(CheckpointFolder.Read(Directory.GetDirectories(_folder).Single()));
        resumed.Run(CancellationToken.None);

        Assert.Equal(uninterrupted.Skip(uninterrupted.Count - rest.Count), rest);
        Assert.InRange(rest.Count, 1, uninterrupted.Count - 1);
    }

    [Fact]
    public void ACheckpointOfAnotherModelIsRefusedByTheNameOfTheParameter()
    {
        Train(out _, checkpointAt: 3);
        using var state = new TinyObjective(rows: 37);
        using var run = new TrainingRun(Options, state, new TrainedParameters([new("other", state.Parameters[0].Tensor)]), new FineTuning.Optimizers.AdamW([]), TimeProvider.System);

        var refusal = Assert.Throws<InvalidDataException>(() => run.Resume(CheckpointFolder.Read(Path.Combine(_folder, "step-3"))));

        Assert.Contains("'other'", refusal.Message);
    }

    [Fact]
    public void ACheckpointOfAnotherJobModelOrDatasetIsRefusedByName()
    {
        Train(out _, checkpointAt: 3, identity: new(new Dictionary<string, string> { ["job"] = "a", ["model"] = "llama", ["dataset"] = "1f" }));
        using var objective = new TinyObjective(rows: 37);
        using var run = objective.Run(Options, identity: new(new Dictionary<string, string> { ["job"] = "a", ["model"] = "llama", ["dataset"] = "2e" }));

        var refusal = Assert.Throws<ForeignCheckpointException>(() => run.Resume(CheckpointFolder.Read(Path.Combine(_folder, "step-3"))));

        Assert.Equal(["its dataset is '1f', this run's is '2e'"], refusal.Differences);
        Assert.Contains("step 3", refusal.Message);
    }

    [Fact]
    public void AnUnfinishedCheckpointIsNotThere()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "step-3.tmp"));
        Train(out _, checkpointAt: 3);

        Assert.Equal(["step-3"], Directory.GetDirectories(_folder).Select(Path.GetFileName));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private List<double> Train(out float[] weights, long? checkpointAt = null, RunIdentity? identity = null)
    {
        using var objective = new TinyObjective(rows: 37);
        List<double> losses = [];
        manual_seed(1);
        using var run = objective.Run(Options, losses, state =>
        {
            if (state.Step == checkpointAt) Save(state);
        }, identity: identity);
        run.Run(CancellationToken.None);
        weights = objective.Weights();
        return losses;
    }

    private void Save(TrainingState state) => CheckpointFolder.Write(state, Path.Combine(_folder, $"step-{state.Step}"));
}
