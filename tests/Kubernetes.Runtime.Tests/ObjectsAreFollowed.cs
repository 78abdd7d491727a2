using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Platform.Kubernetes.Runtime.Tests;

public sealed class ObjectsAreFollowed : IAsyncLifetime
{
    private readonly ApiDouble.ApiDouble _api = new();
    private readonly Recorder _recorder = new();
    private IHost? _host;

    [Fact]
    public async Task ObjectsFromBeforeTheStartAndChangesAfterItAreReconciled()
    {
        await _api.StoredAsync(Some.ConfigMap("early", "1"));
        await StartAsync();
        await _api.StoredAsync(Some.ConfigMap("late", "1"));
        await Eventually.HoldsAsync(() => _recorder.Values.Keys.ToHashSet().SetEquals(new[] { "early", "late" }));
        Change("early", "2");
        await Eventually.HoldsAsync(() => _recorder.Values["early"] == "2");
    }

    [Fact]
    public async Task ALongListComesInChunks()
    {
        for (var index = 0; index < 1200; index++) await _api.StoredAsync(Some.ConfigMap($"cm-{index}"));
        await StartAsync();
        await Eventually.HoldsAsync(() => _recorder.Values.Count == 1200);
        Assert.Equal(3, _api.Requests.Count(request => request.StartsWith("GET", StringComparison.Ordinal) && request.Contains("limit=500", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WhatHappenedWhileTheServerWasAwayIsSeenAfterwards()
    {
        await _api.StoredAsync(Some.ConfigMap("changes", "1"));
        await _api.StoredAsync(Some.ConfigMap("goes", "1"));
        await StartAsync();
        await Eventually.HoldsAsync(() => _recorder.Values.Count == 2 && _api.OpenWatches == 1);
        _api.IsDown = true;
        _api.BreakWatches();
        Change("changes", "2");
        _api.Do(store => store.Delete(Path("goes")));
        _api.Do(store => store.Create(Path(null), (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(k8s.KubernetesJson.Serialize(Some.ConfigMap("comes", "1")))!));
        _api.IsDown = false;
        await Eventually.HoldsAsync(() => _recorder.Values.GetValueOrDefault("changes") == "2" && _recorder.Values.ContainsKey("comes") && !_recorder.Values.ContainsKey("goes"));
    }

    [Fact]
    public async Task AVersionTooOldListsAgainAndTellsWhatIsGone()
    {
        await _api.StoredAsync(Some.ConfigMap("stays", "1"));
        await _api.StoredAsync(Some.ConfigMap("goes", "1"));
        await StartAsync();
        await Eventually.HoldsAsync(() => _recorder.Values.Count == 2 && _api.OpenWatches == 1);
        _api.IsDown = true;
        _api.BreakWatches();
        _api.Do(store => store.Delete(Path("goes")));
        Change("stays", "2");
        _api.Do(store => store.Compact());
        _api.IsDown = false;
        await Eventually.HoldsAsync(() => _recorder.Seen.Contains("gone goes") && _recorder.Values["stays"] == "2");
    }

    [Fact]
    public async Task ASilentWatchIsTakenForDead()
    {
        await _api.StoredAsync(Some.ConfigMap("changes", "1"));
        await StartAsync(options => options.WatchSilence = TimeSpan.FromMilliseconds(200));
        await Eventually.HoldsAsync(() => _recorder.Values.Count == 1 && _api.OpenWatches >= 1);
        _api.SilenceWatches();
        Change("changes", "2");
        await Eventually.HoldsAsync(() => _recorder.Values["changes"] == "2");
    }

    [Fact]
    public async Task EveryObjectIsLookedAtAgainAfterTheResyncPeriod()
    {
        await _api.StoredAsync(Some.ConfigMap("same"));
        await StartAsync(options => options.ResyncPeriod = TimeSpan.FromMilliseconds(50));
        await Eventually.HoldsAsync(() => _recorder.Seen.Count >= 3);
    }

    [Fact]
    public async Task AnObjectMadeAnewUnderTheSameNameIsADeletionAndACreation()
    {
        await _api.StoredAsync(Some.ConfigMap("twice", "1"));
        await StartAsync();
        await Eventually.HoldsAsync(() => _recorder.Values.Count == 1 && _api.OpenWatches == 1);
        _api.IsDown = true;
        _api.BreakWatches();
        _api.Do(store => store.Delete(Path("twice")));
        _api.Do(store => store.Compact());
        _api.IsDown = false;
        await _api.StoredAsync(Some.ConfigMap("twice", "2"));
        await Eventually.HoldsAsync(() => _recorder.Seen.Contains("gone twice") && _recorder.Values.GetValueOrDefault("twice") == "2");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.StopAsync();
        _host?.Dispose();
        _api.BreakWatches();
    }

    private async Task StartAsync(Action<OperatorOptions>? configure = null)
    {
        _host = Some.Host(_api, builder =>
        {
            builder.Services.AddSingleton(_recorder);
            builder.AddController<Recorder, V1ConfigMap>();
        }, configure);
        await _host.StartAsync();
    }

    private void Change(string name, string value) => _api.Do(store => store.Patch(Path(name), System.Text.Json.Nodes.JsonNode.Parse($$"""{"data":{"value":"{{value}}"} }""")!));

    private static ApiDouble.ApiPath Path(string? name) => new("configmaps", "team", name, null, []);
}
