using Platform.FineTune.Operator.Rendering;

namespace Platform.FineTune.Operator.Tests;

public sealed class DeletionCleansUp : IDisposable
{
    private readonly World _world = new();

    [Fact]
    public async Task ADeletedJobStopsItsPodsAndLeavesNoFile()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        await _world.Workers.WorkAsync();
        await _world.ReconcileAsync();
        Delete();
        Assert.NotNull((await _world.FinalizeAsync()).RequeueAfter);
        Assert.DoesNotContain(_world.OwnedJobs(), Phases.StageJobs.IsUnfinished);
        Assert.Null((await _world.FinalizeAsync()).RequeueAfter);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task WhatARegisteredVersionRefersToStays()
    {
        _world.Apply(SomeJobs.Full());
        await _world.RunToTheEndAsync();
        Delete();
        Assert.Null((await _world.FinalizeAsync()).RequeueAfter);
        Assert.Contains(Files(), file => file.EndsWith("adapter/adapter_model.safetensors", StringComparison.Ordinal));
        Assert.DoesNotContain(Files(), file => file.Contains("checkpoints", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AVersionThatOnlyTheRegistryKnowsOfCountsToo()
    {
        _world.Apply(SomeJobs.Full());
        await _world.RunToTheEndAsync();
        _world.Change("""{"status":{"modelVersion":null}}""");
        Delete();
        await _world.FinalizeAsync();
        Assert.Contains(Files(), file => file.EndsWith("adapter_model.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AStoreThatIsGoneHoldsAJobForFiveMinutesAtMost()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { Suspend = true }));
        Delete();
        _world.Store.IsDown = true;
        Assert.NotNull((await _world.FinalizeAsync()).RequeueAfter);
        _world.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Null((await _world.FinalizeAsync()).RequeueAfter);
        Assert.Contains("Warning StorageUnavailable x1", _world.Events());
    }

    public void Dispose() => _world.Dispose();

    private void Delete()
    {
        _world.Change($$"""{"metadata":{"finalizers":["{{FineTuneJobFinalizer.Name}}"]} }""");
        _world.Api.Do(store => store.Delete(World.Path("finetunejobs", World.Name)));
    }

    private IEnumerable<string> Files() => Directory.GetFiles(_world.Folder, "*", SearchOption.AllDirectories).Where(file => file.Contains(World.Uid, StringComparison.Ordinal));
}
