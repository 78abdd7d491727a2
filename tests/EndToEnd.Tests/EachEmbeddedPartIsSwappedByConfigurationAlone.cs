using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Local.Follow;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Scheduling;
using Platform.Protos.Registry.V1;
using Platform.Testing;
using Platform.Testing.Servers;

namespace Platform.EndToEnd.Tests;

/// <summary>The quickstart job, cut to three steps, with one real server in the place of one embedded part.</summary>
public sealed class EachEmbeddedPartIsSwappedByConfigurationAlone(RabbitMqServer rabbit, PostgresServer postgres, S3Server s3)
    : IClassFixture<RabbitMqServer>, IClassFixture<PostgresServer>, IClassFixture<S3Server>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public Task TheBus() => RunAsync("BUS", rabbit.Address);

    [Fact]
    public async Task TheDatabase() => await RunAsync("DATABASE", await postgres.CreateDatabaseAsync());

    [Fact]
    public Task TheObjectStore() => RunAsync("S3", s3.Address);

    [Fact]
    public async Task TheKubernetesApi()
    {
        var folder = Directory.CreateTempSubdirectory("platform-cluster-");
        await using var server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = folder.FullName });
        using var client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.Kubeconfig));
        using var scheduler = new LocalScheduler(client, NullLogger<LocalScheduler>.Instance);
        using var controllers = await LocalControllers.StartAsync(client, new LocalControllersOptions(), NullLoggerFactory.Instance);
        await scheduler.StartAsync(default);

        await RunAsync("KUBECONFIG", server.Kubeconfig);

        await scheduler.StopAsync(default);
        await controllers.StopAsync(default);
    }

    private static async Task RunAsync(string setting, string value)
    {
        await using var platform = new LocalPlatformProcess { Environment = { [setting] = value } };
        await platform.StartAsync();
        var manifest = SampleJob.Quickstart("swapped");
        var spec = manifest.Body["spec"]!;
        spec["training"]!.AsObject().Remove("epochs");
        spec["training"]!["maxSteps"] = 3;
        spec["evaluate"]!.AsObject().Remove("gate");
        spec["register"]!["model"] = $"swapped-{setting.ToLowerInvariant()}";
        await platform.Jobs.ApplyAsync(manifest, default);

        FineTuneJob? job = null;
        await Eventually.Async("the job ends", Limit, async () => (job = await platform.Jobs.FindAsync(manifest, default)) is not null && JobFollower.HasEnded(job));

        Assert.True(job!.Status.Conditions.IsTrue(Conditions.Succeeded), string.Join('\n', job.Status.Conditions!) + '\n' + platform.Output());
        var registry = new RegistryService.RegistryServiceClient(platform.Services);
        Assert.Single((await registry.ListModelVersionsAsync(new() { Model = $"swapped-{setting.ToLowerInvariant()}" })).Versions);
        await Eventually.Async("the registry has heard of every stage", Limit, async () =>
            (await registry.GetLineageAsync(new() { RunId = job.RunId })).Entries.Select(entry => entry.Stage).Distinct().Count() == 5);
    }
}
