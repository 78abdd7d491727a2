using System.Diagnostics;
using k8s;
using Platform.Datasets.Api;
using Platform.Evaluation.Api;
using Platform.FineTune.Operator;
using Platform.Hosting;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Scheduling;
using Platform.Quantization.Api;
using Platform.Registry.Api;
using Platform.Training.Api;

namespace Platform.Local.Hosting;

/// <summary>
/// The whole platform in one process: the composition root. The embedded API server starts first, then the operator and
/// the services, then the controllers and the node that give pods a life. They know each other only through their APIs.
/// </summary>
public sealed class LocalPlatform : IAsyncDisposable
{
    private const int HttpPort = 7080;
    private const int GrpcPort = 7081;
    private const int KubernetesPort = 7443;

    /// <summary>Locally a killed worker should be tried again soon; on a cluster the delay protects the node.</summary>
    private static readonly TimeSpan PodBackOff = TimeSpan.FromSeconds(1);

    private readonly LocalApiServer? _apiServer;
    private readonly WebApplication _services;
    private readonly List<IHostedService> _parts;

    private LocalPlatform(LocalEndpoints endpoints, LocalApiServer? apiServer, WebApplication services, List<IHostedService> parts) =>
        (Endpoints, _apiServer, _services, _parts) = (endpoints, apiServer, services, parts);

    public LocalEndpoints Endpoints { get; }

    public static async Task<LocalPlatform> StartAsync(PlatformFolder folder, CancellationToken cancellation)
    {
        var before = folder.Recorded();
        var (http, grpc) = (Loopback(before?.Http, HttpPort), Loopback(before?.Grpc, GrpcPort));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.Root });
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = LocalConfiguration.Defaults(folder, http, grpc) });

        var external = builder.Configuration["KUBECONFIG"] is { Length: > 0 } named ? named : null;
        var apiServer = external is null ? await StartApiServerAsync(folder, LoopbackPort.Choose(LoopbackPort.Of(before?.Kubernetes, KubernetesPort))) : null;
        if (external is not null) File.Copy(external, folder.Kubeconfig, overwrite: true);
        var client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(folder.Kubeconfig));
        await CustomResources.InstallAsync(client, cancellation);

        builder.Services.AddSingleton<IKubernetes>(client);
        builder.AddPlatformDefaults("local");
        builder.AddDatasets().AddTraining().AddQuantization().AddEvaluation().AddRegistry().AddFineTuneOperator();
        var app = builder.Build();
        app.MapPlatformDefaults();
        app.MapDatasets().MapTraining().MapQuantization().MapEvaluation().MapRegistry();
        await app.StartAsync(cancellation);

        var parts = Parts(folder, client, apiServer, app.Services, builder.Configuration);
        foreach (var part in parts) await part.StartAsync(cancellation);

        using var self = Process.GetCurrentProcess();
        var endpoints = new LocalEndpoints
        {
            ProcessId = self.Id,
            ProcessStart = LocalEndpoints.StartOf(self),
            Http = http,
            Grpc = grpc,
            Kubernetes = client.BaseUri.ToString().TrimEnd('/'),
        };
        folder.Record(endpoints);
        return new LocalPlatform(endpoints, apiServer, app, parts);
    }

    public Task WaitForShutdownAsync(CancellationToken cancellation) => _services.WaitForShutdownAsync(cancellation);

    /// <summary>Stops in the opposite order: pods first, while the API server can still record their end.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts)) await part.StopAsync(CancellationToken.None);
        await _services.StopAsync();
        await _services.DisposeAsync();
        if (_apiServer is not null) await _apiServer.DisposeAsync();
    }

    private static string Loopback(string? before, int wished) => $"http://127.0.0.1:{LoopbackPort.Choose(LoopbackPort.Of(before, wished))}";

    private static Task<LocalApiServer> StartApiServerAsync(PlatformFolder folder, int port) =>
        LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = Path.Combine(folder.Data, "cluster"), Port = port, KubeconfigPath = folder.Kubeconfig });

    /// <summary>With an API server of somebody else's the kubelet alone joins it; its controllers are that cluster's.</summary>
    private static List<IHostedService> Parts(PlatformFolder folder, IKubernetes client, LocalApiServer? apiServer, IServiceProvider services, IConfiguration configuration)
    {
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var kubelet = new ProcessKubelet(client, new ProcessKubeletOptions
        {
            RootFolder = Path.Combine(folder.Data, "pods"),
            NodeName = apiServer is null ? $"process-{Environment.MachineName.ToLowerInvariant()}" : "local",
            RunsUnknownImages = apiServer is not null,
            Images = LocalConfiguration.Stages.ToDictionary(LocalConfiguration.Image, stage => (IReadOnlyList<string>)["dotnet", LocalConfiguration.WorkerProgram(stage, configuration)]),
        }, loggers);
        if (apiServer is null) return [kubelet];
        return
        [
            new LocalControllers(client, new LocalControllersOptions { Jobs = { PodBackOff = PodBackOff } }, loggers),
            new LocalScheduler(client, loggers.CreateLogger<LocalScheduler>()),
            kubelet,
        ];
    }
}
