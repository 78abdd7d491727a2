using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Platform.Kubernetes.Runtime.Tests;

public sealed class StatusAndEventsAreWrittenOnce
{
    private readonly ApiDouble.ApiDouble _api = new();
    private readonly ResourceApi<Thing> _jobs;
    private readonly StatusWriter<Thing, ThingStatus> _writer;
    private readonly EventRecorder _recorder;

    public StatusAndEventsAreWrittenOnce()
    {
        _jobs = new(_api.Client());
        _writer = new(_jobs);
        _recorder = new(_api.Client(), Some.Options(), TimeProvider.System, NullLogger<EventRecorder>.Instance);
    }

    [Fact]
    public async Task AStatusThatDidNotChangeIsNotWritten()
    {
        var job = await StoredAsync();
        Assert.True(await WriteAsync(job, 1));
        job = (await _jobs.GetAsync(ObjectKey.Of(job), CancellationToken.None))!;
        var before = _api.Requests.Count;
        Assert.False(await WriteAsync(job, 1));
        Assert.Equal(before, _api.Requests.Count);
    }

    [Fact]
    public async Task ALabelSetMeanwhileIsNoObstacle()
    {
        var job = await StoredAsync();
        Patch("""{"metadata":{"labels":{"by":"user"}}}""");
        Assert.True(await WriteAsync(job, 1));
        var stored = (await _jobs.GetAsync(ObjectKey.Of(job), CancellationToken.None))!;
        Assert.Equal((1, "user"), (stored.Status.Active, stored.Metadata.Labels["by"]));
    }

    [Theory]
    [InlineData("""{"spec":{"parallelism":7}}""")]
    [InlineData("""{"status":{"active":5}}""")]
    public async Task ASpecOrStatusThatMovedMeanwhileIsTheCallersConflict(string patch)
    {
        var job = await StoredAsync();
        Patch(patch);
        var conflict = await Assert.ThrowsAsync<ApiStatusException>(() => WriteAsync(job, 1));
        Assert.True(conflict.IsConflict);
    }

    [Fact]
    public async Task TheSameFactToldTwiceIsOneEventWithACount()
    {
        var job = await StoredAsync();
        await _recorder.RecordAsync(job, false, "Trained", "done", CancellationToken.None);
        await _recorder.RecordAsync(job, false, "Trained", "done", CancellationToken.None);
        await _recorder.RecordAsync(job, true, "Failed", "other", CancellationToken.None);
        var events = _api.Do(store => store.All("events").Select(entity => $"{entity["type"]} {entity["reason"]} {entity["count"]} {entity["involvedObject"]!["name"]}").Order().ToList());
        Assert.Equal(["Normal Trained 2 a", "Warning Failed 1 a"], events);
    }

    [Fact]
    public async Task ALongMessageIsCutAndALostEventFailsNobody()
    {
        var job = await StoredAsync();
        await _recorder.RecordAsync(job, false, "Long", new string('ä', 5000), CancellationToken.None);
        var message = _api.Do(store => store.All("events").Single()["message"]!.ToString());
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(message), 1000, 1024);
        _api.IsDown = true;
        await _recorder.RecordAsync(job, false, "Lost", "", CancellationToken.None);
    }

    private Task<bool> WriteAsync(Thing job, int active) => _writer.WriteAsync(job, new ThingStatus { Active = active }, CancellationToken.None);

    private void Patch(string patch) => _api.Do(store => store.Patch(new("things", "team", "a", null, []), JsonNode.Parse(patch)!));

    private async Task<Thing> StoredAsync() => await _jobs.CreateAsync(new()
    {
        ApiVersion = "test.io/v1",
        Kind = "Thing",
        Metadata = new() { Name = "a", NamespaceProperty = "team" },
        Spec = new() { ["parallelism"] = 1 },
    }, CancellationToken.None);
}

[KubernetesEntity(Group = "test.io", ApiVersion = "v1", Kind = "Thing", PluralName = "things")]
public sealed class Thing : IKubernetesObject<V1ObjectMeta>, IStatus<ThingStatus>
{
    public string ApiVersion { get; set; } = "";
    public string Kind { get; set; } = "";
    public V1ObjectMeta Metadata { get; set; } = new();
    public Dictionary<string, int> Spec { get; set; } = [];
    public ThingStatus Status { get; set; } = new();
}

public sealed class ThingStatus
{
    public int? Active { get; set; }
}
