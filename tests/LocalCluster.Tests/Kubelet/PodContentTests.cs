using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Tests.Kubelet;

/// <summary>What a container is given: variables, files, a folder to work in, devices.</summary>
public sealed class PodContentTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task KeysHaveTheirPathsAndModesAndWhatIsOptionalMayBeMissing()
    {
        await MapAsync("keys", ("a", "A"), ("b", "B"));
        await cluster.CreateAsync("filed", "cd $0; find . -type f | sort | tr '\\n' ' '; stat -c %a deep/a b | tr '\\n' ' '; cat deep/a b", pod =>
        {
            pod.Spec.Volumes =
            [
                new V1Volume
                {
                    Name = "files",
                    Projected = new V1ProjectedVolumeSource
                    {
                        DefaultMode = 0b110_100_100,
                        Sources =
                        [
                            new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "keys", Items = [new V1KeyToPath { Key = "a", Path = "deep/a", Mode = 0b100_000_000 }, new V1KeyToPath { Key = "b", Path = "b" }] } },
                            new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "no-such-map", Optional = true } },
                            new V1VolumeProjection { Secret = new V1SecretProjection { Name = "no-such-secret", Optional = true } },
                        ],
                    },
                },
            ];
            Mount(pod, "files");
        });
        await cluster.WaitForEndAsync("filed");
        Assert.Equal("./b ./deep/a 400 644 AB\n", await cluster.LogAsync("filed"));
    }

    [Fact]
    public async Task WhatIsMissingAndNotOptionalIsWaitedFor()
    {
        await cluster.CreateAsync("waiting-file", "cat $0/k", pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "files", ConfigMap = new V1ConfigMapVolumeSource { Name = "later" } }];
            Mount(pod, "files");
        });
        await cluster.CreateAsync("waiting-key", "echo $K $NONE", pod => pod.Spec.Containers[0].Env =
        [
            new V1EnvVar { Name = "K", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "later", Key = "k" } } },
            new V1EnvVar { Name = "NONE", ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "never", Key = "k", Optional = true } } },
        ]);
        await cluster.WaitForAsync("waiting-file", pod => pod.Status.ContainerStatuses?[0].State.Waiting?.Reason == "ContainerCreating");
        var refused = await cluster.WaitForAsync("waiting-key", pod => pod.Status.ContainerStatuses?[0].State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Equal("configmap \"later\" not found", refused.Status.ContainerStatuses[0].State.Waiting.Message);

        await MapAsync("later", ("k", "now"));

        await cluster.WaitForEndAsync("waiting-file");
        await cluster.WaitForEndAsync("waiting-key");
        Assert.Equal("now\n", await cluster.LogAsync("waiting-file"));
        Assert.Equal("now\n", await cluster.LogAsync("waiting-key"));
    }

    [Fact]
    public async Task FilesFollowTheirConfigMapAndThePodsOwnLabels()
    {
        await MapAsync("changing", ("k", "old"));
        await cluster.CreateAsync("following", "until grep -q new $0/map/k && grep -q 'stage=\"two\"' $0/labels; do sleep 0.05; done; cat $0/map/k $0/labels", pod =>
        {
            pod.Metadata.Labels = new Dictionary<string, string> { ["stage"] = "one" };
            pod.Spec.Volumes =
            [
                new V1Volume
                {
                    Name = "files",
                    Projected = new V1ProjectedVolumeSource
                    {
                        Sources =
                        [
                            new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "changing", Items = [new V1KeyToPath { Key = "k", Path = "map/k" }] } },
                            new V1VolumeProjection { DownwardAPI = new V1DownwardAPIProjection { Items = [new V1DownwardAPIVolumeFile { Path = "labels", FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.labels" } }] } },
                        ],
                    },
                },
            ];
            Mount(pod, "files");
        });
        await cluster.WaitForAsync("following", pod => pod.Status.Phase == "Running");

        await cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(Patch(new { data = new { k = "new\n" } }), "changing", "default");
        await cluster.Client.CoreV1.PatchNamespacedPodAsync(Patch(new { metadata = new { labels = new { stage = "two" } } }), "following", "default");

        await cluster.WaitForEndAsync("following");
        Assert.Equal("new\nstage=\"two\"\n", await cluster.LogAsync("following"));
    }

    [Fact]
    public async Task VariablesComeFromMapsSecretsFieldsAndResources()
    {
        await MapAsync("settings", ("RANK", "16"), ("SHARED", "map"));
        await cluster.CreateAsync("told", "echo $P_RANK $SHARED $CPU $MEMORY $POD $LABEL $NODE", pod =>
        {
            pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "trainer" };
            var main = pod.Spec.Containers[0];
            main.Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("64Mi") }, Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m"), ["memory"] = new("64Mi") } };
            main.EnvFrom = [new V1EnvFromSource { Prefix = "P_", ConfigMapRef = new V1ConfigMapEnvSource { Name = "settings" } }, new V1EnvFromSource { ConfigMapRef = new V1ConfigMapEnvSource { Name = "settings" } }, new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "none", Optional = true } }];
            main.Env =
            [
                new V1EnvVar { Name = "SHARED", Value = "own" },
                new V1EnvVar { Name = "CPU", ValueFrom = new V1EnvVarSource { ResourceFieldRef = new V1ResourceFieldSelector { Resource = "requests.cpu", Divisor = new("1m") } } },
                new V1EnvVar { Name = "MEMORY", ValueFrom = new V1EnvVarSource { ResourceFieldRef = new V1ResourceFieldSelector { Resource = "limits.memory", Divisor = new("1Mi") } } },
                Field("POD", "metadata.name"),
                Field("LABEL", "metadata.labels['app']"),
                Field("NODE", "spec.nodeName"),
            ];
        });
        await cluster.WaitForEndAsync("told");
        Assert.Equal("16 own 100 64 told trainer local\n", await cluster.LogAsync("told"));

        static V1EnvVar Field(string name, string path) => new() { Name = name, ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = path } } };
    }

    [Fact]
    public async Task AFolderOfTheHostIsTheWorkingFolderAndTheMessageLiesWhereItIsAskedFor()
    {
        var host = Path.Combine(cluster.Options.RootFolder, "host-folder");
        await cluster.CreateAsync("placed", "pwd; echo result > file; echo why > $MESSAGE; exit 4", pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "files", HostPath = new V1HostPathVolumeSource { Path = host, Type = "DirectoryOrCreate" } }];
            Mount(pod, "files");
            (pod.Spec.Containers[0].WorkingDir, pod.Spec.Containers[0].TerminationMessagePath) = ("/files", "/tmp/why");
            pod.Spec.Containers[0].Env = [new V1EnvVar { Name = "MESSAGE", Value = "/tmp/why" }];
        });
        var pod = await cluster.WaitForEndAsync("placed");
        Assert.Equal("why\n", pod.Status.ContainerStatuses[0].State.Terminated.Message);
        Assert.Equal(host + "\n", await cluster.LogAsync("placed"));
        Assert.Equal("result\n", await File.ReadAllTextAsync(Path.Combine(host, "file")));
    }

    [Fact]
    public async Task AnInitContainerHandsItsGpusOnAndOthersSeeNone()
    {
        var both = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("2") } };
        const string Show = "echo $CUDA_VISIBLE_DEVICES $NVIDIA_VISIBLE_DEVICES $CUDA_DEVICE_ORDER";
        await cluster.CreateAsync("prepared", Show, pod =>
        {
            pod.Spec.InitContainers = [new V1Container { Name = "warm-up", Image = "host", Command = ["true"], Resources = both }];
            pod.Spec.Containers[0].Resources = both;
            pod.Spec.Containers.Add(new V1Container { Name = "blind", Image = "host", Command = ["/bin/sh", "-c", Show] });
        });
        Assert.Equal("Succeeded", (await cluster.WaitForEndAsync("prepared")).Status.Phase);
        Assert.Equal("0,1 0,1 PCI_BUS_ID\n", await cluster.LogAsync("prepared", "main"));
        Assert.Equal("void PCI_BUS_ID\n", await cluster.LogAsync("prepared", "blind"));
    }

    private static V1Patch Patch(object change) => new(change, V1Patch.PatchType.MergePatch);

    private static void Mount(V1Pod pod, string volume) =>
        (pod.Spec.Containers[0].Args, pod.Spec.Containers[0].VolumeMounts) = ([$"/{volume}"], [new V1VolumeMount { Name = volume, MountPath = $"/{volume}" }]);

    private Task MapAsync(string name, params (string Key, string Value)[] data) => cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
        new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name }, Data = data.ToDictionary(entry => entry.Key, entry => entry.Value) }, "default");
}
