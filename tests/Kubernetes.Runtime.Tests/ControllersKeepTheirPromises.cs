using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Platform.Kubernetes.Runtime.Tests;

public sealed class ControllersKeepTheirPromises : IAsyncLifetime
{
    private const string Cleanup = "test.io/cleanup";
    private readonly ApiDouble.ApiDouble _api = new();
    private readonly Recorder _recorder = new();
    private IHost? _host;

    [Fact]
    public async Task AFailedReconciliationIsRepeatedUntilItSucceeds()
    {
        var failures = 8; // KubeOps gives up after five
        _recorder.OnReconcile = (_, _) => Interlocked.Decrement(ref failures) >= 0 ? throw new InvalidOperationException("not yet") : Task.FromResult(ReconciliationResult.Done);
        await StartAsync();
        await _api.StoredAsync(Some.ConfigMap("a"));
        await Eventually.HoldsAsync(() => _recorder.Seen.Count == 9);
    }

    [Fact]
    public async Task OneObjectIsNeverReconciledTwiceAtATime()
    {
        _recorder.OnReconcile = async (_, token) =>
        {
            await Task.Delay(20, token);
            return ReconciliationResult.Done;
        };
        await StartAsync();
        await _api.StoredAsync(Some.ConfigMap("a"));
        for (var change = 0; change < 20; change++) Change("a", $"{change}");
        await Eventually.HoldsAsync(() => _recorder.Values.GetValueOrDefault("a") == "19");
        Assert.Equal(1, _recorder.MostAtATime);
    }

    [Fact]
    public async Task DifferentObjectsAreReconciledAtATime()
    {
        var both = new Barrier(2);
        _recorder.OnReconcile = (_, _) => Task.Run(() =>
        {
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(10)));
            return ReconciliationResult.Done;
        });
        await StartAsync();
        await _api.StoredAsync(Some.ConfigMap("a"));
        await _api.StoredAsync(Some.ConfigMap("b"));
        await Eventually.HoldsAsync(() => _recorder.MostAtATime == 2);
    }

    [Fact]
    public async Task ARequestedDelayIsKept()
    {
        _recorder.OnReconcile = (_, _) => Task.FromResult(_recorder.Seen.Count < 3 ? ReconciliationResult.After(TimeSpan.FromMilliseconds(20)) : ReconciliationResult.Done);
        await StartAsync();
        await _api.StoredAsync(Some.ConfigMap("a"));
        await Eventually.HoldsAsync(() => _recorder.Seen.Count == 3);
    }

    [Fact]
    public async Task TheFinalizerIsThereBeforeTheFirstReconciliationAndGoesAfterTheCleanup()
    {
        ConcurrentQueue<bool> attached = new();
        _recorder.OnReconcile = (entity, _) =>
        {
            attached.Enqueue(entity.Metadata.Finalizers?.Contains(Cleanup) == true);
            return Task.FromResult(ReconciliationResult.Done);
        };
        var waits = 2;
        _recorder.OnFinalize = _ => waits-- > 0 ? ReconciliationResult.After(TimeSpan.FromMilliseconds(5)) : ReconciliationResult.Done;
        await StartAsync(builder => builder.AddFinalizer<Recorder, V1ConfigMap>(Cleanup));
        await _api.StoredAsync(Some.ConfigMap("a"));
        await Eventually.HoldsAsync(() => !attached.IsEmpty);
        Assert.All(attached, Assert.True);
        _api.Do(store => store.Delete(new("configmaps", "team", "a", null, [])));
        await Eventually.HoldsAsync(() => _recorder.Seen.Contains("gone a"));
        Assert.Equal(3, _recorder.Seen.Count(what => what == "finalize a"));
        Assert.Empty(_api.Do(store => store.Keys.ToList()));
    }

    [Fact]
    public async Task FinalizersOfOthersStay()
    {
        await StartAsync(builder => builder.AddFinalizer<Recorder, V1ConfigMap>(Cleanup));
        var theirs = Some.ConfigMap("a");
        theirs.Metadata.Finalizers = ["other.io/hold"];
        await _api.StoredAsync(theirs);
        await Eventually.HoldsAsync(() => _recorder.Seen.Contains("a"));
        _api.Do(store => store.Delete(new("configmaps", "team", "a", null, [])));
        await Eventually.HoldsAsync(() => Finalizers("a") is ["other.io/hold"]);
    }

    [Fact]
    public async Task AChangeOfAnOwnedObjectReconcilesItsOwner()
    {
        await StartAsync(builder => builder.Owns<V1Secret, V1ConfigMap>("owned"));
        var owner = await _api.StoredAsync(Some.ConfigMap("owner"));
        await Eventually.HoldsAsync(() => _recorder.Seen.Count == 1);
        await new ResourceApi<V1Secret>(_api.Client()).CreateAsync(new()
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Metadata = new()
            {
                Name = "child",
                NamespaceProperty = "team",
                Labels = new Dictionary<string, string> { ["owned"] = "yes" },
                OwnerReferences = [new() { ApiVersion = "v1", Kind = "ConfigMap", Name = "owner", Uid = owner.Metadata.Uid, Controller = true }],
            },
        }, CancellationToken.None);
        await Eventually.HoldsAsync(() => _recorder.Seen.Count == 2);
    }

    [Fact]
    public async Task ARequestFromOutsideReconcilesByUid()
    {
        await StartAsync();
        var known = await _api.StoredAsync(Some.ConfigMap("a"));
        await Eventually.HoldsAsync(() => _recorder.Seen.Count == 1);
        var queue = _host!.Services.GetRequiredService<IEntityRequeue<V1ConfigMap>>();
        Assert.True(queue.Requeue(known.Metadata.Uid, TimeSpan.Zero));
        Assert.False(queue.Requeue("unknown", TimeSpan.Zero));
        await Eventually.HoldsAsync(() => _recorder.Seen.Count == 2);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.StopAsync();
        _host?.Dispose();
        _api.BreakWatches();
    }

    private async Task StartAsync(Action<OperatorBuilder>? more = null)
    {
        _host = Some.Host(_api, builder =>
        {
            builder.Services.AddSingleton(_recorder);
            builder.AddController<Recorder, V1ConfigMap>();
            more?.Invoke(builder);
        });
        await _host.StartAsync();
    }

    private void Change(string name, string value) =>
        _api.Do(store => store.Patch(new("configmaps", "team", name, null, []), System.Text.Json.Nodes.JsonNode.Parse($$"""{"data":{"value":"{{value}}"} }""")!));

    private string[] Finalizers(string name) =>
        _api.Do(store => store.Get(new("configmaps", "team", name, null, []))["metadata"]!["finalizers"]!.AsArray().Select(value => value!.ToString()).ToArray());
}
