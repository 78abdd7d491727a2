using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Platform.Kubernetes.Runtime.Tests;

public sealed class OnlyOneProcessLeads : IDisposable
{
    private readonly ApiDouble.ApiDouble _api = new();
    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public async Task TheSecondWaitsForAWholeLeaseAfterTheLastRenewalItSaw()
    {
        await Gate("first").AcquireAsync(_stop.Token);
        var second = Gate("second").AcquireAsync(_stop.Token);
        await AdvanceAsync(TimeSpan.FromSeconds(14));
        Assert.False(second.IsCompleted);
        await AdvanceAsync(TimeSpan.FromSeconds(6));
        await Eventually.HoldsAsync(() => second.IsCompleted);
        Assert.Equal("second", Lease()["spec"]!["holderIdentity"]!.ToString());
        Assert.Equal("1", Lease()["spec"]!["leaseTransitions"]!.ToString());
    }

    [Fact]
    public async Task TheSecondNeverLeadsWhileTheFirstRenews()
    {
        var first = Gate("first");
        await first.AcquireAsync(_stop.Token);
        var holding = first.HoldAsync(_stop.Token);
        var second = Gate("second").AcquireAsync(_stop.Token);
        await AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.False(second.IsCompleted);
        Assert.False(holding.IsCompleted);
    }

    [Fact]
    public async Task ALeaderThatCannotRenewGivesUpBeforeTheLeaseEnds()
    {
        var first = Gate("first");
        await first.AcquireAsync(_stop.Token);
        var holding = first.HoldAsync(_stop.Token);
        await Eventually.HoldsAsync(() => _time.Timers > 0);
        _api.IsDown = true;
        await AdvanceAsync(TimeSpan.FromSeconds(8));
        Assert.False(holding.IsCompleted);
        await AdvanceAsync(TimeSpan.FromSeconds(4)); // 12 s are less than the lease's 15
        await holding.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task AReleasedLeaseIsTakenAtOnce()
    {
        var first = Gate("first");
        await first.AcquireAsync(_stop.Token);
        await first.ReleaseAsync();
        await Gate("second").AcquireAsync(_stop.Token).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task AProcessThatLosesTheLeaseStops()
    {
        var recorder = new Recorder();
        using var host = Some.Host(_api, builder =>
        {
            builder.Services.AddSingleton(recorder);
            builder.AddController<Recorder, V1ConfigMap>();
        }, options =>
        {
            options.LeaderElection = true;
            (options.LeaseDuration, options.RenewDeadline, options.RetryPeriod) = (TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(20));
        });
        await host.StartAsync();
        await _api.StoredAsync(Some.ConfigMap("a"));
        await Eventually.HoldsAsync(() => recorder.Seen.Count == 1);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _api.Do(store => store.Patch(new("leases", "default", "test-operator", null, []), System.Text.Json.Nodes.JsonNode.Parse("""{"spec":{"holderIdentity":"thief"}}""")!));
        await Eventually.HoldsAsync(() => stopping.IsCancellationRequested);
        await _api.StoredAsync(Some.ConfigMap("b"));
        await host.StopAsync();
        Assert.DoesNotContain("b", recorder.Seen);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _api.BreakWatches();
    }

    private LeaderGate Gate(string identity) =>
        new(_api.Client(), new() { Name = "test-operator", Identity = identity }, _time, NullLogger<LeaderGate>.Instance);

    private System.Text.Json.Nodes.JsonObject Lease() => _api.Do(store => store.Get(new("leases", "default", "test-operator", null, [])));

    // In steps, so that what a timer starts can set its next timer.
    private async Task AdvanceAsync(TimeSpan by)
    {
        for (var gone = TimeSpan.Zero; gone < by; gone += TimeSpan.FromMilliseconds(500))
        {
            for (var settle = 0; settle < 5; settle++) await Task.Delay(1);
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }

        for (var settle = 0; settle < 5; settle++) await Task.Delay(1);
    }
}
