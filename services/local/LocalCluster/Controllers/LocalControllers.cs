using k8s;
using Platform.LocalCluster.Controllers.Garbage;
using Platform.LocalCluster.Controllers.Jobs;

namespace Platform.LocalCluster.Controllers;

/// <summary>
/// The controllers that a cluster has beside its API server: Jobs and their time to live, garbage collection. They know the
/// server only by its API; against a real cluster they stay off. Namespaces are filled and emptied by the server itself.
/// </summary>
public sealed class LocalControllers(
    IKubernetes client, LocalControllersOptions options, ILoggerFactory loggers, TimeProvider? time = null)
    : BackgroundService
{
    /// <summary>Starts them now; they end with <paramref name="stopping"/> or with StopAsync.</summary>
    public static async Task<LocalControllers> StartAsync(
        IKubernetes client, LocalControllersOptions options, ILoggerFactory loggers, CancellationToken stopping = default)
    {
        var controllers = new LocalControllers(client, options, loggers);
        await controllers.StartAsync(stopping);
        return controllers;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var clock = time ?? TimeProvider.System;
        return Task.WhenAll(
            new JobController(client, options.Jobs, clock, loggers.CreateLogger<JobController>()).RunAsync(stoppingToken),
            new FinishedJobCollector(client, clock, loggers.CreateLogger<FinishedJobCollector>()).RunAsync(stoppingToken),
            new GarbageCollector(client, clock, loggers.CreateLogger<GarbageCollector>()).RunAsync(stoppingToken));
    }
}
