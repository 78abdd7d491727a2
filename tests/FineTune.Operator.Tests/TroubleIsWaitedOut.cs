using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Phases;

namespace Platform.FineTune.Operator.Tests;

public sealed class TroubleIsWaitedOut : IDisposable
{
    private readonly World _world = new();

    [Fact]
    public async Task AStoreThatIsAwayFailsNoJobAndStartsNothingTwice()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        await _world.Workers.WorkAsync();
        _world.Store.IsDown = true;
        await _world.ReconcileAsync();
        Assert.Equal(("Training", Reasons.StorageUnavailable), (_world.Job.Status.Phase, SomeJobs.Reason(_world.Job, Conditions.Succeeded)));
        _world.Store.IsDown = false;
        await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", _world.Job.Status.Phase);
        Assert.Equal(3, _world.OwnedJobs().Count);
    }

    [Fact]
    public async Task ServicesThatAreAwayFailNoJob()
    {
        _world.Services.IsDown = true;
        _world.Apply(SomeJobs.Full());
        var result = await _world.ReconcileAsync();
        Assert.NotNull(result.RequeueAfter);
        Assert.Equal(("Resolving", Reasons.ServiceUnavailable), (_world.Job.Status.Phase, SomeJobs.Reason(_world.Job, Conditions.Succeeded)));
        _world.Services.IsDown = false;
        await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", _world.Job.Status.Phase);
    }

    [Fact]
    public async Task SuspendingStopsThePodsAndResumingGoesOnWithTheSameJob()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        var name = _world.OwnedJobs().Single().Metadata.Name;
        _world.Workers.SetStatus(_world.OwnedJobs().Single(), """{"active":1,"ready":1}""");
        _world.Change("""{"spec":{"suspend":true}}""");
        await _world.ReconcileAsync();
        Assert.Equal((true, false), (_world.OwnedJobs().Single().Spec.Suspend, _world.Job.Status.Conditions.IsTrue(Conditions.Suspended)));
        _world.Workers.SetStatus(_world.OwnedJobs().Single(), """{"active":0,"ready":0}""");
        await _world.ReconcileAsync();
        Assert.Equal("Suspended", _world.Job.Status.Phase);
        Assert.True(_world.Job.Status.Conditions.IsTrue(Conditions.DatasetReady));
        _world.Change("""{"spec":{"suspend":false}}""");
        await _world.ReconcileAsync();
        Assert.Equal((name, false, "Training"), (_world.OwnedJobs().Single().Metadata.Name, _world.OwnedJobs().Single().Spec.Suspend, _world.Job.Status.Phase));
        await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", _world.Job.Status.Phase);
    }

    [Fact]
    public async Task AJobCreatedSuspendedStartsNothing()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { Suspend = true }));
        await _world.ReconcileAsync();
        Assert.Equal("Suspended", _world.Job.Status.Phase);
        Assert.Empty(_world.OwnedJobs());
        Assert.Empty(_world.Services.Calls);
    }

    [Fact]
    public async Task AJobWithAQueueIsKueuesToStart()
    {
        var job = SomeJobs.Full();
        job.Metadata.Labels = new Dictionary<string, string> { ["kueue.x-k8s.io/queue-name"] = "team-a" };
        _world.Apply(job);
        await _world.ReconcileAsync();
        await _world.ReconcileAsync();
        var owned = _world.OwnedJobs().Single();
        Assert.Equal((true, "team-a"), (owned.Spec.Suspend, owned.Metadata.Labels["kueue.x-k8s.io/queue-name"]));
        Assert.Equal(Reasons.QueuedByKueue, SomeJobs.Reason(_world.Job, Conditions.Succeeded));
    }

    [Fact]
    public async Task ANewSpecReplacesTheRunningPodsAndNeverRunsBeside()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        var former = _world.OwnedJobs().Single().Metadata.Name;
        _world.Change("""{"spec":{"training":{"learningRate":"1e-5"}}}""");
        await _world.ReconcileAsync();
        Assert.Empty(_world.OwnedJobs());
        Assert.Equal(Reasons.StoppingOldPods, SomeJobs.Reason(_world.Job, Conditions.Succeeded));
        await _world.ReconcileAsync();
        Assert.NotEqual(former, Assert.Single(_world.OwnedJobs()).Metadata.Name);
    }

    [Fact]
    public async Task AnUpgradeOfTheOperatorLeavesRunningPodsAlone()
    {
        var before = Rendering.StageNames.Of(SomeJobs.Full(), Stage.Train, "digest");
        var after = Rendering.WorkerJob.Render(SomeJobs.Full(), Stage.Train, before, SomeJobs.Settings with { WorkerImages = SomeJobs.Settings.WorkerImages.ToDictionary(entry => entry.Key, entry => entry.Value + "-next") });
        Assert.Equal(before, after.Metadata.Name);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task TheDeadlineStopsThePodsBeforeTheJobIsOver()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { Failure = new() { ActiveDeadlineSeconds = 100 } }));
        var first = await _world.ReconcileAsync();
        Assert.True(first.RequeueAfter <= TimeSpan.FromSeconds(100));
        _world.Time.Advance(TimeSpan.FromSeconds(101));
        await _world.ReconcileAsync();
        Assert.Equal((null, Reasons.StoppingOldPods), (_world.Job.Status.CompletionTime, SomeJobs.Reason(_world.Job, Conditions.Succeeded)));
        Assert.Empty(_world.OwnedJobs());
        await _world.ReconcileAsync();
        Assert.Equal(("Failed", Reasons.DeadlineExceeded), (_world.Job.Status.Phase, SomeJobs.Reason(_world.Job, Conditions.Succeeded)));
    }

    [Fact]
    public async Task AFailedPodThatIsReplacedIsNoFailure()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        _world.Workers.SetStatus(_world.OwnedJobs().Single(), """{"active":1,"failed":1,"ready":0}""");
        await _world.ReconcileAsync();
        Assert.Equal((Reasons.PodRetrying, 2), (SomeJobs.Reason(_world.Job, Conditions.Succeeded), _world.Job.Status.Attempts!["train"]));
        await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", _world.Job.Status.Phase);
    }

    [Fact]
    public async Task APodThatFitsOnNoNodeIsExplained()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        _world.Api.Do(store => store.Create(World.Path("pods", null), System.Text.Json.Nodes.JsonNode.Parse($$"""
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"p","labels":{"finetune.platform.io/run-id":"{{World.Uid}}","finetune.platform.io/stage":"train"} },
             "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","message":"0/3 nodes are available."}]} }
            """)!.AsObject()));
        await _world.ReconcileAsync();
        Assert.Equal(Reasons.Unschedulable, SomeJobs.Reason(_world.Job, Conditions.Succeeded));
        Assert.Contains("Warning Unschedulable x1", _world.Events());
        Assert.False(StageJobs.Finished(_world.OwnedJobs().Single()) is not null);
    }

    public void Dispose() => _world.Dispose();
}
