using k8s;
using Platform.LocalCluster.Controllers.Garbage;
using Platform.LocalCluster.Controllers.Jobs;
using Platform.LocalCluster.Controllers.Namespaces;

namespace Platform.LocalCluster.Controllers;

/// <summary>
/// The controllers that a cluster has beside its API server: Jobs and their time to live, garbage collection, namespaces
/// and what is in them from the start. They know the server only by its API; against a real cluster they stay off.
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
            new GarbageCollector(client, clock, loggers.CreateLogger<GarbageCollector>()).RunAsync(stoppingToken),
            options.Namespaces ? RunNamespacesAsync(clock, stoppingToken) : Task.CompletedTask);
    }

    private Task RunNamespacesAsync(TimeProvider clock, CancellationToken stopping) => Task.WhenAll(
        new NamespaceController(client, clock, loggers.CreateLogger<NamespaceController>()).RunAsync(stopping),
        new NamespaceContents(client, options.RootCertificate, clock, loggers.CreateLogger<NamespaceContents>()).RunAsync(stopping));
}
