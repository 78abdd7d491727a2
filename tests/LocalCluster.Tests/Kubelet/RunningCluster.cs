using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Scheduling;

namespace Platform.LocalCluster.Tests.Kubelet;

/// <summary>A whole cluster in this process: API server, controllers, scheduler, and a kubelet with real processes.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder _scratch = new();
    private LocalApiServer? _server;
    private LocalControllers? _controllers;
    private LocalScheduler? _scheduler;

    public Kubernetes Client { get; private set; } = null!;

    public ProcessKubelet Kubelet { get; private set; } = null!;

    public ShiftedTime Time { get; } = new();

    public ProcessKubeletOptions Options { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = Path.Combine(_scratch.Path, "data") });
        Client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_server.Kubeconfig));
        var controllers = new LocalControllersOptions();
        controllers.Jobs.PodBackOff = TimeSpan.FromMilliseconds(100);
        _controllers = await LocalControllers.StartAsync(Client, controllers, NullLoggerFactory.Instance);
        _scheduler = new LocalScheduler(Client, NullLogger<LocalScheduler>.Instance);
        await _scheduler.StartAsync(CancellationToken.None);
        Options = new ProcessKubeletOptions
        {
            RootFolder = Path.Combine(_scratch.Path, "pods"),
            Gpus = 2,
            MemoryCheck = TimeSpan.FromMilliseconds(50),
            RestartBackOff = TimeSpan.FromMilliseconds(200),
            VolumeRefresh = TimeSpan.FromMilliseconds(200),
            LeaseRenewal = TimeSpan.FromMilliseconds(200),
            Images = { ["platform/greeter"] = ["/bin/sh", "-c", "echo hello $0"] },
        };
        await StartKubeletAsync();
    }

    public async Task StartKubeletAsync()
    {
        Kubelet = new ProcessKubelet(Client, Options, NullLoggerFactory.Instance, Time);
        await Kubelet.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Kubelet.StopAsync(CancellationToken.None);
        await _scheduler!.StopAsync(CancellationToken.None);
        await _controllers!.StopAsync(CancellationToken.None);
        Client.Dispose();
        await _server!.DisposeAsync();
        _scratch.Dispose();
    }

    public Task<V1Pod> CreateAsync(string name, string script, Action<V1Pod>? change = null)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1PodSpec
            {
                RestartPolicy = "Never",
                AutomountServiceAccountToken = false,
                TerminationGracePeriodSeconds = 2,
                Containers = [new V1Container { Name = "main", Image = "host", Command = ["/bin/sh", "-c", script] }],
            },
        };
        change?.Invoke(pod);
        return Client.CoreV1.CreateNamespacedPodAsync(pod, "default");
    }

    public async Task<V1Pod> WaitForAsync(string name, Func<V1Pod, bool> condition)
    {
        V1Pod? last = null;
        await EventuallyAsync(
            async () => condition(last = await Client.CoreV1.ReadNamespacedPodAsync(name, "default")),
            () => KubernetesJson.Serialize(last!.Status));
        return last!;
    }

    public Task<V1Pod> WaitForEndAsync(string name) => WaitForAsync(name, pod => pod.Status.Phase is "Succeeded" or "Failed");

    public Task WaitUntilGoneAsync(string name) => EventuallyAsync(async () =>
    {
        try
        {
            await Client.CoreV1.ReadNamespacedPodAsync(name, "default");
            return false;
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return true;
        }
    }, () => $"pod {name} is still there");

    public async Task<string> LogAsync(string name, string? container = null, bool? previous = null)
    {
        await using var stream = await Client.CoreV1.ReadNamespacedPodLogAsync(name, "default", container, previous: previous);
        return await new StreamReader(stream).ReadToEndAsync();
    }

    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> describe)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, describe());
            await Task.Delay(50);
        }
    }
}
