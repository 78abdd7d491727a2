using k8s;
using k8s.Models;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class PodTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task APodRunsToItsEndAndKeepsItsLog()
    {
        await cluster.CreateAsync("good", "echo one; echo two >&2");
        var pod = await cluster.WaitForEndAsync("good");
        Assert.Equal("Succeeded", pod.Status.Phase);
        Assert.Equal(["one", "two"], (await cluster.LogAsync("good")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task AnImageOfTheCatalogRunsWithItsArguments()
    {
        await cluster.CreateAsync("greeter", "", pod => (pod.Spec.Containers[0].Image, pod.Spec.Containers[0].Command, pod.Spec.Containers[0].Args) = ("platform/greeter:1.0", null, ["world"]));
        await cluster.WaitForEndAsync("greeter");
        Assert.Equal("hello world\n", await cluster.LogAsync("greeter"));
    }

    [Fact]
    public async Task AnUnknownImageWithoutACommandWaits()
    {
        await cluster.CreateAsync("unknown", "", pod => pod.Spec.Containers[0].Command = null);
        var waiting = await cluster.WaitForAsync("unknown", pod => pod.Status.ContainerStatuses?[0].State.Waiting?.Reason == "ErrImageNeverPull");
        Assert.Equal("Pending", waiting.Status.Phase);
    }

    [Fact]
    public async Task ConfigMapsSecretsAndFieldsReachTheProcess()
    {
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "spec" }, Data = new Dictionary<string, string> { ["spec.json"] = "{}", ["rank"] = "16" } }, "default");
        await cluster.Client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = "token" }, StringData = new Dictionary<string, string> { ["value"] = "s3cret" } }, "default");
        await cluster.CreateAsync("wired", "cat $PLATFORM_SPEC; cat \"$0\"; echo $RANK $TOKEN $NAME $BOTH; stat -c %a \"$0\"", pod =>
        {
            pod.Spec.Volumes =
            [
                new V1Volume { Name = "spec", ConfigMap = new V1ConfigMapVolumeSource { Name = "spec" } },
                new V1Volume { Name = "token", Secret = new V1SecretVolumeSource { SecretName = "token", DefaultMode = 0b100_000_000 } },
            ];
            var container = pod.Spec.Containers[0];
            container.VolumeMounts =
            [
                new V1VolumeMount { Name = "spec", MountPath = "/etc/platform/spec" },
                new V1VolumeMount { Name = "token", MountPath = "/etc/platform/token" },
            ];
            container.Args = ["/etc/platform/token/value"];
            container.Env =
            [
                new V1EnvVar { Name = "PLATFORM_SPEC", Value = "/etc/platform/spec/spec.json" },
                new V1EnvVar { Name = "RANK", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "spec", Key = "rank" } } },
                new V1EnvVar { Name = "TOKEN", ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "token", Key = "value" } } },
                new V1EnvVar { Name = "NAME", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } },
                new V1EnvVar { Name = "BOTH", Value = "$(NAME)-$(RANK)" },
            ];
        });
        await cluster.WaitForEndAsync("wired");
        Assert.Equal("{}s3cret16 s3cret wired wired-16\n400\n", await cluster.LogAsync("wired"));
    }

    [Fact]
    public async Task InitContainersRunFirstAndInOrder()
    {
        await cluster.CreateAsync("staged", "cat \"$0\"", pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "work", EmptyDir = new V1EmptyDirVolumeSource() }];
            pod.Spec.InitContainers = [Stage("first"), Stage("second")];
            pod.Spec.Containers[0].Args = ["/work/log"];
            pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "work", MountPath = "/work" }];
        });
        await cluster.WaitForEndAsync("staged");
        Assert.Equal("first\nsecond\n", await cluster.LogAsync("staged", "main"));

        static V1Container Stage(string name) => new()
        {
            Name = name,
            Image = "host",
            Command = ["/bin/sh", "-c", $"echo {name} >> \"$0\"", "/work/log"],
            VolumeMounts = [new V1VolumeMount { Name = "work", MountPath = "/work" }],
        };
    }

    [Fact]
    public async Task ADeletedPodGoesWithItsWholeGroupEvenWhenItIgnoresTheSignal()
    {
        await cluster.CreateAsync("stubborn", "trap '' TERM; (trap '' TERM; sleep 300) & echo ready; while :; do sleep 0.1; done");
        var pod = await cluster.WaitForAsync("stubborn", pod => pod.Status.Phase == "Running");
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("stubborn", "default");
        await cluster.WaitUntilGoneAsync("stubborn");
        Assert.Empty(ProcessTable.FindMarked($"{cluster.Options.RootFolder}|{pod.Metadata.Uid}|"));
    }

    [Fact]
    public async Task APodBeyondItsMemoryLimitIsOomKilled()
    {
        await cluster.CreateAsync("greedy", "x=0123456789012345678901234567890123456789; while :; do x=$x$x; done", pod =>
            pod.Spec.Containers[0].Resources = new V1ResourceRequirements
            {
                Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("64Mi") },
            });
        var ended = (await cluster.WaitForEndAsync("greedy")).Status.ContainerStatuses[0].State.Terminated;
        Assert.Equal(("OOMKilled", 137), (ended.Reason, ended.ExitCode));
    }

    [Fact]
    public async Task TwoPodsNeverShareAGpu()
    {
        Action<V1Pod> wantsGpu = pod => pod.Spec.Containers[0].Resources = new V1ResourceRequirements
        {
            Limits = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("1") },
        };
        foreach (var name in new[] { "gpu-a", "gpu-b" })
        {
            await cluster.CreateAsync(name, "echo $CUDA_VISIBLE_DEVICES; sleep 300", wantsGpu);
            await cluster.WaitForAsync(name, pod => pod.Status.Phase == "Running");
        }

        await cluster.CreateAsync("gpu-c", "echo $CUDA_VISIBLE_DEVICES", wantsGpu);
        await cluster.WaitForAsync("gpu-c", pod => pod.Status.Conditions?.Any(c => c is { Type: "PodScheduled", Reason: "Unschedulable" }) == true);

        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("gpu-a", "default");
        await cluster.WaitForEndAsync("gpu-c");
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("gpu-b", "default");
        await cluster.WaitUntilGoneAsync("gpu-b");
    }

    [Fact]
    public async Task AFailingContainerIsRestartedWithABackOffAndKeepsItsPreviousLog()
    {
        await cluster.CreateAsync("looping", "echo attempt; exit 1", pod => pod.Spec.RestartPolicy = "Always");
        var looping = await cluster.WaitForAsync("looping", pod => pod.Status.ContainerStatuses?[0] is { RestartCount: >= 2, State.Waiting.Reason: "CrashLoopBackOff" });
        Assert.Equal(1, looping.Status.ContainerStatuses[0].LastState.Terminated.ExitCode);
        Assert.Equal("Running", looping.Status.Phase);
        Assert.Equal("attempt\n", await cluster.LogAsync("looping", previous: true));
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("looping", "default");
        await cluster.WaitUntilGoneAsync("looping");
    }

    [Fact]
    public async Task ACommandThatDoesNotExistFailsThePodWithAReason()
    {
        await cluster.CreateAsync("typo", "", pod => pod.Spec.Containers[0].Command = ["no-such-command"]);
        var ended = (await cluster.WaitForEndAsync("typo")).Status.ContainerStatuses[0].State.Terminated;
        Assert.Equal(("StartError", 128), (ended.Reason, ended.ExitCode));
        Assert.Contains("no-such-command", ended.Message);
    }
}
