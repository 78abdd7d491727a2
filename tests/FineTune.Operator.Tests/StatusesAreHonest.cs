using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Tests;

/// <summary>What every status must keep, whatever happens, and what kstatus reads from it.</summary>
public sealed class StatusesAreHonest : IDisposable
{
    private readonly World _world = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task NoSequenceOfThingsMakesAnImpossibleStatus(int seed)
    {
        var random = new Random(seed);
        _world.Apply(SomeJobs.Full());
        Assert.Equal("InProgress", Kstatus(_world.Job)); // before the operator saw it
        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(9))
            {
                case 0: _world.Services.IsDown = !_world.Services.IsDown; break;
                case 1: _world.Store.IsDown = !_world.Store.IsDown; break;
                case 2: _world.Change($$"""{"spec":{"suspend":{{(random.Next(2) == 0 ? "true" : "false")}} } }"""); break;
                case 3: _world.Change($$"""{"spec":{"training":{"learningRate":"{{random.Next(1, 4)}}e-4"} } }"""); break;
                case 4 when !_world.Store.IsDown: await _world.Workers.WorkAsync(); break;
                case 5 when _world.OwnedJobs().FirstOrDefault() is { } job: await FailAsync(job); break;
                case 6: _world.Time.Advance(TimeSpan.FromSeconds(random.Next(100))); break;
                default: await _world.ReconcileAsync(); AssertPossible(_world.Job); break;
            }
        }
    }

    [Theory]
    [InlineData(ReadyMilestones.Accepted)]
    [InlineData(ReadyMilestones.Started)]
    [InlineData(ReadyMilestones.Succeeded)]
    public async Task GitOpsToolsTakeTheJobForDoneAtTheMilestoneItNames(string milestone)
    {
        _world.Apply(SomeJobs.Full(spec => spec with { ReadyWhen = milestone }));
        Assert.Equal("InProgress", Kstatus(_world.Job));
        await _world.ReconcileAsync();
        Assert.Equal(milestone == ReadyMilestones.Accepted ? "Current" : "InProgress", Kstatus(_world.Job));
        _world.Workers.SetStatus(_world.OwnedJobs().Single(), """{"active":1,"ready":1}""");
        await _world.ReconcileAsync();
        Assert.Equal(milestone == ReadyMilestones.Succeeded ? "InProgress" : "Current", Kstatus(_world.Job));
        await _world.RunToTheEndAsync();
        Assert.Equal("Current", Kstatus(_world.Job));
        _world.Change("""{"spec":{"training":{"learningRate":"nonsense"}}}""");
        Assert.Equal("InProgress", Kstatus(_world.Job));
        await _world.ReconcileAsync();
        Assert.Equal("Failed", Kstatus(_world.Job));
    }

    [Fact]
    public async Task AConditionsTimeMovesOnlyWithItsStatus()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        var before = _world.Job.Status.Conditions!.ToDictionary(condition => condition.Type);
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await _world.Workers.WorkAsync();
        await _world.ReconcileAsync();
        foreach (var now in _world.Job.Status.Conditions!)
            Assert.Equal(now.Status == before[now.Type].Status, now.LastTransitionTime == before[now.Type].LastTransitionTime);
    }

    public void Dispose() => _world.Dispose();

    private async Task FailAsync(k8s.Models.V1Job job)
    {
        if (_world.Store.IsDown || Phases.StageJobs.Finished(job) is not null) return;
        await _world.Workers.FailAsync(job, null);
    }

    private static void AssertPossible(FineTuneJob job)
    {
        var conditions = job.Status.Conditions!;
        Assert.Equal(Conditions.All, conditions.Select(condition => condition.Type));
        Assert.All(conditions, condition => Assert.Equal(job.Generation, condition.ObservedGeneration));
        Assert.Equal(job.Generation, job.Status.ObservedGeneration);
        Assert.All(conditions, condition => Assert.Contains(condition.Reason, Reasons.All));
        Assert.False(conditions.IsTrue(Conditions.Reconciling) && conditions.IsTrue(Conditions.Stalled));
        Assert.Equal(conditions.IsTrue(Conditions.Stalled), conditions.IsFalse(Conditions.Succeeded));
        Assert.Equal(job.Status.CompletionTime is not null, conditions.StatusOf(Conditions.Succeeded) != "Unknown");
        Assert.Equal(JobPhases.Of([.. conditions]), job.Status.Phase);
        Assert.True(!conditions.IsTrue(Conditions.Registered) || job.Status.ModelVersion is not null);
    }

    // The rules of kstatus for a resource it does not know, in their order.
    private static string Kstatus(FineTuneJob job) =>
        job.Metadata.DeletionTimestamp is not null ? "Terminating"
        : job.Status.ObservedGeneration != job.Generation ? "InProgress"
        : job.Status.Conditions.IsTrue(Conditions.Reconciling) ? "InProgress"
        : job.Status.Conditions.IsTrue(Conditions.Stalled) ? "Failed"
        : "Current";
}
