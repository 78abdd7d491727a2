using System.Net;
using System.Net.Sockets;
using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class PodLifecycleTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task BeforeAContainerEndsItsHookRunsAndThenComesTheSignal()
    {
        var record = await RunAndDeleteAsync("hooked", "trap 'echo term >> $0; exit 0' TERM; echo start >> $0; while :; do sleep 0.05; done", container =>
            container.Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = Exec("echo hook >> /record/log") } });
        Assert.Equal("start\nhook\nterm\n", record);
    }

    [Fact]
    public async Task AHookThatHangsDelaysTheEndByTheGracePeriodAtMost()
    {
        var record = await RunAndDeleteAsync("hanging", "trap 'echo term >> $0; exit 0' TERM; echo start >> $0; while :; do sleep 0.05; done", container =>
            container.Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = Exec("sleep 600") } });
        Assert.DoesNotContain("hook", record);
    }

    [Fact]
    public async Task AContainerIsReadyOnlyAfterTheHookThatFollowsItsStart()
    {
        await cluster.CreateAsync("greeting", "while ! test -e done; do sleep 0.05; done; cat done", pod =>
            pod.Spec.Containers[0].Lifecycle = new V1Lifecycle { PostStart = new V1LifecycleHandler { Exec = Exec("echo greeted > done.new; mv done.new done") } });
        await cluster.WaitForEndAsync("greeting");
        Assert.Equal("greeted\n", await cluster.LogAsync("greeting"));

        await cluster.CreateAsync("rude", "sleep 300", pod =>
            pod.Spec.Containers[0].Lifecycle = new V1Lifecycle { PostStart = new V1LifecycleHandler { Exec = Exec("exit 3") } });
        var rude = await cluster.WaitForEndAsync("rude");
        Assert.Equal("Failed", rude.Status.Phase);
        await RunningCluster.EventuallyAsync(async () => (await EventsAsync("rude")).Any(e => e.Reason == "FailedPostStartHook" && e.Message.Contains("exited with 3", StringComparison.Ordinal)), () => "no event tells of the hook");
    }

    [Fact]
    public async Task SidecarsStartFirstRunBesideAndEndLastInReverse()
    {
        var record = await RunAndDeleteAsync("attended", "trap 'echo main >> $0; exit 0' TERM; echo start >> $0; while :; do sleep 0.05; done", change: null, pod =>
        {
            pod.Spec.InitContainers = [Sidecar("one"), Sidecar("two")];
        });
        Assert.Equal("one up\ntwo up\nstart\nmain\ntwo\none\n", record);

        static V1Container Sidecar(string name) => new()
        {
            Name = name,
            Image = "host",
            RestartPolicy = "Always",
            Command = ["/bin/sh", "-c", $"trap 'echo {name} >> $0; exit 0' TERM; echo {name} up >> $0; touch up; while :; do sleep 0.05; done", "/record/log"],
            StartupProbe = new V1Probe { Exec = new V1ExecAction { Command = ["test", "-e", "up"] }, PeriodSeconds = 1 },
            VolumeMounts = [new V1VolumeMount { Name = "record", MountPath = "/record" }],
        };
    }

    [Fact]
    public async Task APodWithASidecarEndsWithItsContainers()
    {
        await cluster.CreateAsync("finished", "exit 0", pod => pod.Spec.InitContainers =
            [new V1Container { Name = "proxy", Image = "host", RestartPolicy = "Always", Command = ["/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done"] }]);
        Assert.Equal("Succeeded", (await cluster.WaitForEndAsync("finished")).Status.Phase);
    }

    [Fact]
    public async Task AnInitContainerThatFailsForGoodFailsThePodAndNothingElseRuns()
    {
        await cluster.CreateAsync("stillborn", "echo ran", pod => pod.Spec.InitContainers = [new V1Container { Name = "setup", Image = "host", Command = ["false"] }]);
        var pod = await cluster.WaitForEndAsync("stillborn");
        Assert.Equal("Failed", pod.Status.Phase);
        Assert.Equal("PodInitializing", pod.Status.ContainerStatuses[0].State.Waiting?.Reason);
    }

    [Fact]
    public async Task OnFailureAContainerIsRestartedUntilItSucceeds()
    {
        await cluster.CreateAsync("retried", "test -e twice && exit 0; test -e once && touch twice; touch once; exit 7", pod => pod.Spec.RestartPolicy = "OnFailure");
        var pod = await cluster.WaitForEndAsync("retried");
        Assert.Equal(("Succeeded", 2, 7), (pod.Status.Phase, pod.Status.ContainerStatuses[0].RestartCount, pod.Status.ContainerStatuses[0].LastState.Terminated.ExitCode));
    }

    [Fact]
    public async Task ALivenessProbeRestartsWhatHangs()
    {
        await cluster.CreateAsync("hung", "touch alive; sleep 0.5; rm alive; sleep 300", pod =>
        {
            pod.Spec.RestartPolicy = "Always";
            pod.Spec.TerminationGracePeriodSeconds = 1;
            pod.Spec.Containers[0].LivenessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["test", "-e", "alive"] }, PeriodSeconds = 1, FailureThreshold = 1 };
        });
        await cluster.WaitForAsync("hung", pod => pod.Status.ContainerStatuses?[0].RestartCount >= 1);
        await RunningCluster.EventuallyAsync(async () => (await EventsAsync("hung")).Any(e => e is { Reason: "Killing", Message: "Container main failed liveness probe, will be restarted" }), () => "no event tells of the restart");
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("hung", "default");
    }

    [Fact]
    public async Task ATcpProbeMakesAPodReadyWhileItsPortAnswers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await cluster.CreateAsync("served", "sleep 300", pod => pod.Spec.Containers[0].ReadinessProbe = new V1Probe
        {
            TcpSocket = new V1TCPSocketAction { Port = ((IPEndPoint)listener.LocalEndpoint).Port },
            PeriodSeconds = 1,
            FailureThreshold = 1,
        });
        await cluster.WaitForAsync("served", pod => Ready(pod) == "True");
        listener.Stop();
        var unready = await cluster.WaitForAsync("served", pod => Ready(pod) == "False");
        Assert.Equal("containers with unready status: [main]", unready.Status.Conditions.First(c => c.Type == "Ready").Message);
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("served", "default");

        static string? Ready(V1Pod pod) => pod.Status.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status;
    }

    [Fact]
    public async Task TwoProbesBesideEachOtherDoNotEndEachOther()
    {
        // While the slow one runs, the fast one ends many times.
        await cluster.CreateAsync("probed", "while ! test -e slow; do sleep 0.05; done", pod =>
        {
            pod.Spec.Containers[0].LivenessProbe = new V1Probe { Exec = Exec("sleep 2.5; touch slow"), PeriodSeconds = 1, TimeoutSeconds = 30, FailureThreshold = 1 };
            pod.Spec.Containers[0].ReadinessProbe = new V1Probe { Exec = Exec("true"), PeriodSeconds = 1 };
        });
        Assert.Equal("Succeeded", (await cluster.WaitForEndAsync("probed")).Status.Phase);
    }

    [Fact]
    public async Task APodThatOutlivesItsDeadlineIsEnded()
    {
        await cluster.CreateAsync("late", "sleep 300", pod => pod.Spec.ActiveDeadlineSeconds = 1);
        var late = await cluster.WaitForEndAsync("late");
        Assert.Equal(("Failed", "DeadlineExceeded"), (late.Status.Phase, late.Status.Reason));
        Assert.Equal(143, late.Status.ContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public async Task AnEvictedPodEndsWithinItsGracePeriod()
    {
        await cluster.CreateAsync("evicted", "trap 'exit 0' TERM; while :; do sleep 0.05; done");
        await cluster.WaitForAsync("evicted", pod => pod.Status.Phase == "Running");
        await cluster.Client.CoreV1.CreateNamespacedPodEvictionAsync(new V1Eviction { Metadata = new V1ObjectMeta { Name = "evicted" } }, "evicted", "default");
        await cluster.WaitUntilGoneAsync("evicted");
    }

    private static V1ExecAction Exec(string script) => new() { Command = ["/bin/sh", "-c", script.Replace("/record/log", "$RECORD")] };

    /// <summary>Runs a pod that writes a record outside of itself, deletes it when it runs, and reads the record.</summary>
    private async Task<string> RunAndDeleteAsync(string name, string script, Action<V1Container>? change, Action<V1Pod>? changePod = null)
    {
        var folder = Path.Combine(cluster.Options.RootFolder, "record-" + name);
        await cluster.CreateAsync(name, script, pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "record", HostPath = new V1HostPathVolumeSource { Path = folder, Type = "DirectoryOrCreate" } }];
            var main = pod.Spec.Containers[0];
            (main.Args, main.VolumeMounts, main.Env) = (["/record/log"], [new V1VolumeMount { Name = "record", MountPath = "/record" }], [new V1EnvVar { Name = "RECORD", Value = "/record/log" }]);
            change?.Invoke(main);
            changePod?.Invoke(pod);
        });
        var log = Path.Combine(folder, "log");
        await RunningCluster.EventuallyAsync(async () => File.Exists(log) && (await File.ReadAllTextAsync(log)).Contains("start", StringComparison.Ordinal), () => $"the pod {name} does not start");
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync(name, "default");
        await cluster.WaitUntilGoneAsync(name);
        return await File.ReadAllTextAsync(log);
    }

    private async Task<IList<Corev1Event>> EventsAsync(string pod) =>
        (await cluster.Client.CoreV1.ListNamespacedEventAsync("default", fieldSelector: $"involvedObject.name={pod}")).Items;
}
