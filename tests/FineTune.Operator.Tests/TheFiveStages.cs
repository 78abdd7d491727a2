using k8s;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Registry.V1;

namespace Platform.FineTune.Operator.Tests;

public sealed class TheFiveStages : IDisposable
{
    private readonly World _world = new();

    [Fact]
    public async Task AJobGoesThroughAllOfThemIntoTheRegistry()
    {
        _world.Apply(SomeJobs.Full());
        List<string> phases = [];
        for (var look = 0; look < 20 && _world.Job.Status.CompletionTime is null; look++)
        {
            await _world.ReconcileAsync();
            phases.Add(_world.Job.Status.Phase!);
            Assert.InRange(_world.OwnedJobs().Count(job => job.Status?.Succeeded is null), 0, 1);
            await _world.Workers.WorkAsync();
        }

        Assert.Equal(["Training", "Quantizing", "Evaluating", "Succeeded"], phases);
        var job = _world.Job;
        Assert.Equal(("support-bot", 1, "candidate"), (job.Status.ModelVersion!.Model, job.Status.ModelVersion.Version, job.Status.ModelVersion.Alias));
        Assert.Equal(["base", "tuned", "nf4"], job.Status.Scores!.Select(score => score.Subject));
        var registered = Assert.Single(_world.Services.Asked<RegisterModelRequest>());
        Assert.Equal(("support-bot", "candidate", World.Uid, 1, 1), (registered.Model, registered.Alias, registered.RunId, registered.Quantized.Count, registered.Source.Adapters.Count));
    }

    [Fact]
    public async Task AModelThatWasTrainedWholeGoesOnWithoutItsBase()
    {
        _world.Workers.TrainsWholeModels = true;
        _world.Apply(SomeJobs.Full());
        var job = await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", job.Status.Phase);
        var registered = Assert.Single(_world.Services.Asked<RegisterModelRequest>()).Source;
        Assert.Equal((job.Status.Artifacts!.Checkpoint!.Sha256, 0), (registered.Base.Sha256, registered.Adapters.Count));
        Assert.NotEqual(job.Status.Model!.Base.Sha256, registered.Base.Sha256);
    }

    [Fact]
    public async Task StagesThatAreNotAskedForAreSkippedAndSaySo()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { Quantize = null, Evaluate = null, Register = null }));
        var job = await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", job.Status.Phase);
        Assert.All([Conditions.Quantized, Conditions.Evaluated, Conditions.Registered], type => Assert.Equal(Reasons.NotRequested, SomeJobs.Reason(job, type)));
        Assert.Single(_world.OwnedJobs());
        Assert.Empty(_world.Services.Asked<RegisterModelRequest>());
    }

    [Fact]
    public async Task LookingTwiceAtAnyStateChangesNothing()
    {
        _world.Apply(SomeJobs.Full());
        for (var look = 0; look < 10; look++)
        {
            await _world.ReconcileAsync();
            await _world.ReconcileAsync(); // the first look after a creation sees what it created
            var version = _world.Api.Do(store => store.Version);
            await _world.ReconcileAsync();
            Assert.Equal(version, _world.Api.Do(store => store.Version));
            await _world.Workers.WorkAsync();
        }

        Assert.Equal("Succeeded", _world.Job.Status.Phase);
    }

    [Fact]
    public async Task EachTransitionIsOneEvent()
    {
        _world.Apply(SomeJobs.Full());
        await _world.RunToTheEndAsync();
        string[] expected = ["DatasetReady", "ModelReady", "Training", "Trained", "Quantizing", "Quantized", "Evaluating", "Evaluated", "Registered", "Succeeded"];
        Assert.Equal(expected.Order(), _world.Events().Select(text => text.Split(' ')[1]).Order());
        Assert.All(_world.Events(), text => Assert.EndsWith("x1", text));
    }

    [Fact]
    public async Task ProgressComesFromTheTrainingService()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        var digest = _world.Services.Asked<Protos.Training.V1.StartRunRequest>().Single().Spec.SpecDigest;
        _world.Services.On<Protos.Training.V1.GetRunRequest>(_ => new Protos.Training.V1.TrainingRun
        {
            SpecDigest = digest,
            Progress = new() { Step = 820, TotalSteps = 2000, EtaSeconds = 1420, Loss = 1.0372, TokensPerSecond = 5120.4 },
        });
        await _world.ReconcileAsync();
        var progress = _world.Job.Status.Progress!;
        Assert.Equal(("41% (820/2000)", 41, "23m40s", "1.037", "5120"), (progress.Summary, progress.Percent, progress.Eta, progress.Loss, progress.TokensPerSecond));
    }

    [Fact]
    public async Task AFinishedJobIsLeftAloneAndDeletedAfterItsTime()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { TtlSecondsAfterFinished = 60 }));
        await _world.RunToTheEndAsync();
        Assert.InRange((await _world.ReconcileAsync()).RequeueAfter!.Value.TotalSeconds, 58, 60);
        _world.Time.Advance(TimeSpan.FromSeconds(61));
        await _world.ReconcileAsync();
        Assert.Null(await _world.Jobs.GetAsync(new(World.Namespace, World.Name), CancellationToken.None));
        Assert.Empty(_world.OwnedJobs());
    }

    [Fact]
    public async Task AResultInTheBucketIsNotWorkedOutAgain()
    {
        _world.Apply(SomeJobs.Full());
        await _world.RunToTheEndAsync();
        foreach (var job in _world.OwnedJobs()) _world.Api.Do(store => store.Delete(World.Path("jobs", job.Metadata.Name)));
        _world.Change("""{"spec":{"ttlSecondsAfterFinished":3600}}""");
        await _world.ReconcileAsync();
        Assert.Empty(_world.OwnedJobs());
        Assert.Equal((2, "Succeeded", 1), (_world.Job.Status.ObservedGeneration, _world.Job.Status.Phase, _world.Job.Status.ModelVersion!.Version));
    }

    public void Dispose() => _world.Dispose();
}
