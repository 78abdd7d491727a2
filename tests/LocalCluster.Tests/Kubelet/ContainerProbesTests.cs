using System.Net;
using System.Net.Sockets;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Nodes;
using Platform.LocalCluster.Kubelet.Pods;
using Platform.LocalCluster.Kubelet.Probes;
using Platform.LocalCluster.Kubelet.Processes;
using Platform.LocalCluster.Kubelet.Volumes;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class ContainerProbesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ScratchFolder _scratch = new();
    private readonly ContainerFolder _folder;
    private readonly Kubernetes _nowhere = new(new KubernetesClientConfiguration { Host = "http://127.0.0.1:1" });

    public ContainerProbesTests() => _folder = new ContainerFolder(Path.Combine(_scratch.Path, "main"));

    public void Dispose()
    {
        _nowhere.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task AContainerIsReadyWhenItsProbePassesAndNotAnyMoreWhenItFails()
    {
        var container = new V1Container
        {
            Name = "main",
            ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["test", "-e", "ready"] }, PeriodSeconds = 1, FailureThreshold = 1 },
        };
        var (slot, run, probes) = await StartAsync(container, "sleep 300");

        await File.WriteAllTextAsync(Path.Combine(_folder.Work, "ready"), "");
        await EventuallyAsync(() => slot.PassesReadiness);
        File.Delete(Path.Combine(_folder.Work, "ready"));
        await EventuallyAsync(() => !slot.PassesReadiness);

        run.Signal(Signals.Kill);
        await probes.WaitAsync(Patience);
    }

    [Fact]
    public async Task AContainerThatFailsItsLivenessProbeIsEnded()
    {
        var container = new V1Container
        {
            Name = "main",
            LivenessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["false"] }, PeriodSeconds = 1, FailureThreshold = 1, TerminationGracePeriodSeconds = 1 },
        };
        var (_, run, _) = await StartAsync(container, "trap '' TERM; while :; do sleep 0.1; done");
        Assert.Equal(137, (await run.End.WaitAsync(Patience)).ExitCode);
    }

    [Fact]
    public async Task AProbeThatHangsFailsAtItsTimeoutAndLeavesNothingBehind()
    {
        var container = new V1Container { Name = "main" };
        var (_, run, _) = await StartAsync(container, "sleep 300");
        var probe = new V1Probe { Exec = new V1ExecAction { Command = ["sleep", "600"] }, TimeoutSeconds = 1 };

        Assert.Equal("timed out", await ProbeCheck.AskAsync(probe, container, run, TimeProvider.System).WaitAsync(Patience));

        Assert.Empty(ProcessTable.FindMarked(run.Launch.Mark + "probe|"));
        run.Signal(Signals.Kill);
        await run.End.WaitAsync(Patience);
    }

    [Theory]
    [InlineData("200 OK", null)]
    [InlineData("503 Service Unavailable", "HTTP probe failed with statuscode: 503")]
    public async Task AnHttpProbeGoesByTheStatusCode(string status, string? problem)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answer = AnswerAsync(listener, status);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var container = new V1Container { Name = "main", Ports = [new V1ContainerPort { Name = "web", ContainerPort = port }] };
        var probe = new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/healthz", Port = "web" }, TimeoutSeconds = 10 };
        var (_, run, _) = await StartAsync(container, "sleep 300");

        Assert.Equal(problem, await ProbeCheck.AskAsync(probe, container, run, TimeProvider.System));

        Assert.StartsWith("GET /healthz ", await answer.WaitAsync(Patience));
        run.Signal(Signals.Kill);
        await run.End.WaitAsync(Patience);
    }

    private static async Task<string> AnswerAsync(TcpListener listener, string status)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        var request = await reader.ReadLineAsync();
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // the headers
        }

        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        return request!;
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private async Task<(ContainerSlot Slot, ContainerRun Run, Task Probes)> StartAsync(V1Container container, string script)
    {
        var options = new ProcessKubeletOptions { RootFolder = _scratch.Path };
        var slot = new ContainerSlot(container, isInit: false, _folder);
        var launch = new ProcessLaunch(
            ["/bin/sh", "-c", script],
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            _folder.Work,
            $"test-{Guid.NewGuid():N}|");
        slot.Run = await ContainerRun.StartAsync(launch, _folder, 0, false, options, TimeProvider.System);
        slot.PassesStartup = true;
        var events = new EventRecorder(_nowhere, "test", TimeProvider.System, NullLogger.Instance);
        var context = new PodContext(
            _nowhere, options, new ImageCatalog(options), new GpuPool(0), new ServiceAccountTokens(_nowhere, TimeProvider.System),
            new Dictionary<string, decimal>(), events, TimeProvider.System, NullLogger.Instance);
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "n", Uid = "u" }, Spec = new V1PodSpec { Containers = [container] } };
        return (slot, slot.Run, new ContainerProbes(context, pod, slot, slot.Run, () => { }).RunAsync());
    }
}
