using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Platform.LocalCluster.Kubelet.Nodes;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Tests.Kubelet;

/// <summary>The node itself: its heartbeat, its tokens, its devices across a restart. One after another, as some set the clock or stop the kubelet.</summary>
public sealed class NodeTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task TheLeaseIsRenewedAndADeletedNodeIsMadeAgain()
    {
        await RunningCluster.EventuallyAsync(
            async () => (await cluster.Client.CoordinationV1.ListNamespacedLeaseAsync("kube-node-lease")).Items.Any(lease => lease.Metadata.Name == "local"), () => "the node takes no lease");
        var first = await LeaseAsync();
        Assert.Equal(("local", 40), (first.Spec.HolderIdentity, first.Spec.LeaseDurationSeconds));
        await RunningCluster.EventuallyAsync(async () => (await LeaseAsync()).Spec.RenewTime > first.Spec.RenewTime, () => "the lease is not renewed");

        var before = (await cluster.Client.CoreV1.ReadNodeAsync("local")).Metadata.Uid;
        await cluster.Client.CoreV1.DeleteNodeAsync("local");
        await RunningCluster.EventuallyAsync(
            async () => (await cluster.Client.CoreV1.ListNodeAsync()).Items.Any(node => node.Metadata.Uid != before && node.Status?.Allocatable?.ContainsKey("nvidia.com/gpu") == true),
            () => "the node does not come back");
    }

    [Fact]
    public async Task ATokenIsReplacedBeforeItExpires()
    {
        await cluster.CreateAsync("tokened", "cat $0/token; echo; old=$(cat $0/token); until test \"$(cat $0/token)\" != \"$old\"; do sleep 0.05; done; cat $0/token; echo; stat -c %a $0/token", pod =>
        {
            pod.Spec.Volumes =
            [
                new V1Volume
                {
                    Name = "token",
                    Projected = new V1ProjectedVolumeSource { Sources = [new V1VolumeProjection { ServiceAccountToken = new V1ServiceAccountTokenProjection { Path = "token", ExpirationSeconds = 600, Audience = "platform" } }] },
                },
            ];
            (pod.Spec.Containers[0].Args, pod.Spec.Containers[0].VolumeMounts) = (["/token"], [new V1VolumeMount { Name = "token", MountPath = "/token" }]);
        });
        await RunningCluster.EventuallyAsync(async () => (await LogOrNothingAsync("tokened")).Contains('\n'), () => "the pod has no token");

        cluster.Time.Forward(TimeSpan.FromSeconds(500));

        await cluster.WaitForEndAsync("tokened");
        var lines = (await cluster.LogAsync("tokened")).Split('\n');
        Assert.NotEqual(lines[0], lines[1]);
        Assert.Equal("600", lines[2]);
        Assert.All(lines[..2], token => Assert.Equal("platform", (string?)Claims(token)["aud"]![0]));
    }

    [Fact]
    public async Task AfterARestartNoGpuIsHeldTwiceAndNothingRunsTwice()
    {
        foreach (var name in new[] { "left", "right" })
        {
            await cluster.CreateAsync(name, "echo $CUDA_VISIBLE_DEVICES; sleep 300", pod =>
            {
                pod.Spec.RestartPolicy = "Always";
                pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("1") } };
            });
            await cluster.WaitForAsync(name, pod => pod.Status.Phase == "Running");
        }

        await cluster.Kubelet.StopAsync(CancellationToken.None);
        Assert.Empty(ProcessTable.FindMarked(cluster.Options.RootFolder + "|"));
        await cluster.StartKubeletAsync();

        HashSet<string> devices = [];
        foreach (var name in new[] { "left", "right" })
        {
            var pod = await cluster.WaitForAsync(name, pod => pod.Status.ContainerStatuses?[0] is { RestartCount: 1, State.Running: not null });
            await RunningCluster.EventuallyAsync(async () => (await LogOrNothingAsync(name)).Length > 0, () => $"{name} says nothing");
            devices.Add(await cluster.LogAsync(name));
            // The shell and its sleep, once.
            Assert.InRange(ProcessTable.FindMarked($"{cluster.Options.RootFolder}|{pod.Metadata.Uid}|").Count, 1, 2);
        }

        Assert.Equal(["0\n", "1\n"], devices.Order());
        foreach (var name in new[] { "left", "right" })
        {
            await cluster.Client.CoreV1.DeleteNamespacedPodAsync(name, "default");
            await cluster.WaitUntilGoneAsync(name);
        }
    }

    [Theory]
    [InlineData(3, null, 0, "0 1 2")]
    [InlineData(null, null, 2, "0 1")]
    [InlineData(null, "2,3", 4, "2 3")]
    [InlineData(null, "1,-1,2", 4, "1")]
    [InlineData(null, "", 4, "")]
    [InlineData(null, "0", 0, "")]
    public void TheGpusAreThoseDeclaredOrThoseThePlatformMaySee(int? declared, string? visible, int detected, string expected) =>
        Assert.Equal(expected, string.Join(' ', GpuPool.Devices(declared, visible, detected)));

    private Task<V1Lease> LeaseAsync() => cluster.Client.CoordinationV1.ReadNamespacedLeaseAsync("local", "kube-node-lease");

    private async Task<string> LogOrNothingAsync(string pod)
    {
        try
        {
            return await cluster.LogAsync(pod);
        }
        catch (k8s.Autorest.HttpOperationException failure) when (failure.Response.StatusCode == System.Net.HttpStatusCode.BadRequest)
        {
            return "";  // it waits to start
        }
    }

    private static JsonNode Claims(string token) => JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!;
}
