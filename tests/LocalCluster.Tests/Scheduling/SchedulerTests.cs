using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.Scheduling;
using Platform.LocalCluster.Tests.ApiServer;
using Platform.LocalCluster.Tests.Kubelet;

namespace Platform.LocalCluster.Tests.Scheduling;

/// <summary>The scheduler against a real API server, over nodes that exist as objects only.</summary>
public sealed class SchedulerTests : IAsyncLifetime
{
    private RunningServer? _server;
    private LocalScheduler? _scheduler;

    private Kubernetes Client => _server!.Client;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _scheduler = new LocalScheduler(Client, NullLogger<LocalScheduler>.Instance);
        await _scheduler.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _scheduler!.StopAsync(CancellationToken.None);
        _scheduler.Dispose();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task WithoutANodeAPodWaitsUntilOneJoins()
    {
        await CreateAsync("early");
        await RefusedAsync("early", "no nodes available to schedule pods");
        await NodeAsync("late");
        Assert.Equal("late", await BoundAsync("early"));
    }

    [Fact]
    public async Task EveryReasonIsNamedAsKubeSchedulerDoes()
    {
        await NodeAsync("small");
        await NodeAsync("tainted", node => node.Spec.Taints = [new V1Taint { Key = "gpu", Value = "only", Effect = "NoSchedule" }]);
        await NodeAsync("cordoned", node => node.Spec.Unschedulable = true);
        await NodeAsync("away", ready: false);
        await CreateAsync("large", pod => Ask(pod, ("cpu", "3"), ("nvidia.com/gpu", "4")));
        await RefusedAsync(
            "large",
            "0/4 nodes are available: 1 Insufficient cpu, 1 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint {gpu: only}, "
            + "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 1 node(s) were unschedulable. "
            + "preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.");
        var events = await Client.CoreV1.ListNamespacedEventAsync("default", fieldSelector: "involvedObject.name=large,reason=FailedScheduling");
        Assert.Equal("Warning", events.Items.Single().Type);
    }

    [Fact]
    public async Task FreedRoomGoesToTheMostImportantAndThenToTheOldest()
    {
        await NodeAsync("only");
        await CreateAsync("holder", pod => Ask(pod, ("nvidia.com/gpu", "2")));
        await BoundAsync("holder");
        await CreateAsync("low", pod => Ask(pod, ("nvidia.com/gpu", "2")));
        await RefusedAsync("low", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.");
        await CreateAsync("high", pod =>
        {
            Ask(pod, ("nvidia.com/gpu", "2"));
            pod.Spec.PriorityClassName = "system-cluster-critical";
        });
        await RefusedAsync("high", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.");

        await Client.CoreV1.PatchNamespacedPodStatusAsync(new V1Patch(new { status = new { phase = "Succeeded" } }, V1Patch.PatchType.MergePatch), "holder", "default");

        Assert.Equal("only", await BoundAsync("high"));
        Assert.Null((await Client.CoreV1.ReadNamespacedPodAsync("low", "default")).Spec.NodeName);
        await Client.CoreV1.DeleteNamespacedPodAsync("high", "default", new V1DeleteOptions { GracePeriodSeconds = 0 });
        Assert.Equal("only", await BoundAsync("low"));
    }

    [Fact]
    public async Task SelectorsAffinityAndTolerationsDecideWhere()
    {
        await NodeAsync("a", node => node.Metadata.Labels = new Dictionary<string, string> { ["zone"] = "a", ["generation"] = "3" });
        await NodeAsync("b", node => node.Metadata.Labels = new Dictionary<string, string> { ["zone"] = "b", ["generation"] = "9" });
        await NodeAsync("t", node => (node.Spec.Taints, node.Metadata.Labels) = ([new V1Taint { Key = "gpu", Effect = "NoSchedule" }], new Dictionary<string, string> { ["zone"] = "t" }));

        await CreateAsync("selected", pod => pod.Spec.NodeSelector = new Dictionary<string, string> { ["zone"] = "b" });
        Assert.Equal("b", await BoundAsync("selected"));
        await CreateAsync("newer", pod => pod.Spec.Affinity = Required("generation", "Gt", "5"));
        Assert.Equal("b", await BoundAsync("newer"));
        await CreateAsync("not-b", pod => pod.Spec.Affinity = Required("zone", "NotIn", "b"));
        Assert.Equal("a", await BoundAsync("not-b"));
        await CreateAsync("preferring", pod => pod.Spec.Affinity = new V1Affinity
        {
            NodeAffinity = new V1NodeAffinity { PreferredDuringSchedulingIgnoredDuringExecution = [new V1PreferredSchedulingTerm { Weight = 1, Preference = Term("zone", "In", "b") }] },
        });
        Assert.Equal("b", await BoundAsync("preferring"));
        await CreateAsync("tolerant", pod => (pod.Spec.Tolerations, pod.Spec.NodeSelector) = ([new V1Toleration { Key = "gpu", OperatorProperty = "Exists" }], new Dictionary<string, string> { ["zone"] = "t" }));
        Assert.Equal("t", await BoundAsync("tolerant"));
        await CreateAsync("nowhere", pod => pod.Spec.NodeSelector = new Dictionary<string, string> { ["zone"] = "z" });
        await RefusedAsync("nowhere", "0/3 nodes are available: 1 node(s) had untolerated taint {gpu: }, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.");
    }

    [Fact]
    public async Task GatedPodsAndThoseOfOtherSchedulersAreLeftAlone()
    {
        await NodeAsync("only");
        await CreateAsync("gated", pod => pod.Spec.SchedulingGates = [new V1PodSchedulingGate { Name = "example.com/later" }]);
        await CreateAsync("foreign", pod => pod.Spec.SchedulerName = "other");
        await CreateAsync("plain");
        await BoundAsync("plain");
        Assert.Null((await Client.CoreV1.ReadNamespacedPodAsync("gated", "default")).Spec.NodeName);
        Assert.Null((await Client.CoreV1.ReadNamespacedPodAsync("foreign", "default")).Spec.NodeName);
    }

    [Fact]
    public async Task ManyPodsNeverTakeMoreThanThereIs()
    {
        foreach (var name in new[] { "one", "two", "three" })
        {
            await NodeAsync(name);
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => CreateAsync($"p{i}", pod => Ask(pod, ("nvidia.com/gpu", "1")))));

        await RunningCluster.EventuallyAsync(async () => (await PodsAsync()).Count(pod => pod.Spec.NodeName is not null) == 6, () => "the GPUs are not all in use");
        await RunningCluster.EventuallyAsync(async () => (await PodsAsync()).Count(pod => pod.Status.Conditions?.Any(c => c is { Type: "PodScheduled", Reason: "Unschedulable" }) == true) == 14, () => "not all others are told");
        Assert.All((await PodsAsync()).Where(pod => pod.Spec.NodeName is not null).CountBy(pod => pod.Spec.NodeName), entry => Assert.Equal(2, entry.Value));
    }

    private static V1Affinity Required(string key, string op, string value) => new()
    {
        NodeAffinity = new V1NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector { NodeSelectorTerms = [Term(key, op, value)] } },
    };

    private static V1NodeSelectorTerm Term(string key, string op, string value) =>
        new() { MatchExpressions = [new V1NodeSelectorRequirement { Key = key, OperatorProperty = op, Values = [value] }] };

    private static void Ask(V1Pod pod, params (string Name, string Amount)[] limits) => pod.Spec.Containers[0].Resources = new V1ResourceRequirements
    {
        Limits = limits.ToDictionary(limit => limit.Name, limit => new ResourceQuantity(limit.Amount)),
    };

    private async Task NodeAsync(string name, Action<V1Node>? change = null, bool ready = true)
    {
        var node = new V1Node { Metadata = new V1ObjectMeta { Name = name }, Spec = new V1NodeSpec() };
        change?.Invoke(node);
        await Client.CoreV1.CreateNodeAsync(node);
        var status = new V1NodeStatus
        {
            Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2"), ["pods"] = new("110"), ["nvidia.com/gpu"] = new("2") },
            Conditions = [new V1NodeCondition { Type = "Ready", Status = ready ? "True" : "False" }],
        };
        await Client.CoreV1.PatchNodeStatusAsync(new V1Patch(new { status }, V1Patch.PatchType.MergePatch), name);
    }

    private Task<V1Pod> CreateAsync(string name, Action<V1Pod>? change = null)
    {
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = name }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "i" }] } };
        change?.Invoke(pod);
        return Client.CoreV1.CreateNamespacedPodAsync(pod, "default");
    }

    private async Task<IList<V1Pod>> PodsAsync() => (await Client.CoreV1.ListNamespacedPodAsync("default")).Items;

    private async Task<string> BoundAsync(string pod)
    {
        string? node = null;
        await RunningCluster.EventuallyAsync(async () => (node = (await Client.CoreV1.ReadNamespacedPodAsync(pod, "default")).Spec.NodeName) is not null, () => $"the pod {pod} is not bound");
        return node!;
    }

    private async Task RefusedAsync(string pod, string message)
    {
        var last = "";
        await RunningCluster.EventuallyAsync(
            async () => (last = (await Client.CoreV1.ReadNamespacedPodAsync(pod, "default")).Status.Conditions?.FirstOrDefault(c => c is { Type: "PodScheduled", Reason: "Unschedulable" })?.Message) == message, () => last ?? "no condition");
    }
}
