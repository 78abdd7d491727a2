using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Scheduling;
using Platform.LocalCluster.Tests.ApiServer;

namespace Platform.LocalCluster.Tests.Conformance;

/// <summary>API server, controllers, scheduler and a node that runs processes.</summary>
internal sealed class WholeCluster : IAsyncDisposable
{
    private readonly LocalControllers _controllers;
    private readonly LocalScheduler _scheduler;
    private readonly ProcessKubelet _kubelet;

    private WholeCluster(RunningServer server, LocalControllers controllers, LocalScheduler scheduler, ProcessKubelet kubelet) =>
        (Server, _controllers, _scheduler, _kubelet) = (server, controllers, scheduler, kubelet);

    public RunningServer Server { get; }

    public static async Task<WholeCluster> StartAsync()
    {
        var server = await RunningServer.StartAsync();
        var controllers = await LocalControllers.StartAsync(server.Client, new LocalControllersOptions(), NullLoggerFactory.Instance);
        var scheduler = new LocalScheduler(server.Client, NullLogger<LocalScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        var kubelet = new ProcessKubelet(server.Client, new ProcessKubeletOptions { RootFolder = Path.Combine(server.Folder, "pods") }, NullLoggerFactory.Instance);
        await kubelet.StartAsync(CancellationToken.None);
        return new WholeCluster(server, controllers, scheduler, kubelet);
    }

    public async ValueTask DisposeAsync()
    {
        await _kubelet.StopAsync(CancellationToken.None);
        await _scheduler.StopAsync(CancellationToken.None);
        await _controllers.StopAsync(CancellationToken.None);
        await Server.DisposeAsync();
    }
}
