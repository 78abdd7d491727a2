using k8s.Models;
using Platform.LocalCluster.Scheduling;

namespace Platform.LocalCluster.Tests.Scheduling;

public sealed class NodeFitTests
{
    private static readonly Dictionary<string, decimal> Nothing = [];

    [Fact]
    public void APodFitsWhereItsRequestsAreFree() => Assert.Empty(NodeFit.Problems(Pod("2", gpus: "1"), Node(), Nothing));

    [Theory]
    [InlineData("2001m", null, "Insufficient cpu")]
    [InlineData("1", "2", "Insufficient nvidia.com/gpu")]
    public void WhatIsMissingIsNamed(string cpu, string? gpus, string problem) =>
        Assert.Equal(problem, NodeFit.Problems(Pod(cpu, gpus), Node(), Nothing).Single().Reason);

    [Fact]
    public void WhatOthersUseIsNotFree() => Assert.Equal(
        "Insufficient nvidia.com/gpu",
        NodeFit.Problems(Pod("1", "1"), Node(), new Dictionary<string, decimal> { ["nvidia.com/gpu"] = 1 }).Single().Reason);

    [Fact]
    public void ATaintKeepsAwayWhoDoesNotTolerateIt()
    {
        var node = Node();
        node.Spec.Taints = [new V1Taint { Key = "gpu", Value = "only", Effect = "NoSchedule" }];
        var pod = Pod("1", null);
        Assert.Equal("node(s) had untolerated taint {gpu: only}", NodeFit.Problems(pod, node, Nothing).Single().Reason);
        pod.Spec.Tolerations = [new V1Toleration { Key = "gpu", OperatorProperty = "Exists" }];
        Assert.Empty(NodeFit.Problems(pod, node, Nothing));
    }

    [Fact]
    public void ANodeSelectorMustMatch()
    {
        var pod = Pod("1", null);
        pod.Spec.NodeSelector = new Dictionary<string, string> { ["zone"] = "a" };
        Assert.Equal("node(s) didn't match Pod's node affinity/selector", NodeFit.Problems(pod, Node(), Nothing).Single().Reason);
    }

    [Fact]
    public void InitContainersCountOnlyWhereTheyAskForMore()
    {
        var pod = Pod("1", null);
        pod.Spec.InitContainers = [Container("2"), Container("1500m")];
        Assert.Equal(2m, PodResources.RequestsOf(pod)["cpu"]);
    }

    [Fact]
    public void SidecarsCountBesideAllThatRunAfterThem()
    {
        var pod = Pod("1", null);
        var sidecar = Container("500m");
        sidecar.RestartPolicy = "Always";
        pod.Spec.InitContainers = [Container("1500m"), sidecar, Container("900m")];
        Assert.Equal(1.5m, PodResources.RequestsOf(pod)["cpu"]);
        pod.Spec.InitContainers[2] = Container("1200m");
        Assert.Equal(1.7m, PodResources.RequestsOf(pod)["cpu"]);
    }

    private static V1Pod Pod(string cpu, string? gpus) => new() { Spec = new V1PodSpec { Containers = [Container(cpu, gpus)] } };

    private static V1Container Container(string cpu, string? gpus = null)
    {
        var requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) };
        if (gpus is not null)
        {
            requests["nvidia.com/gpu"] = new(gpus);
        }

        return new V1Container { Resources = new V1ResourceRequirements { Requests = requests } };
    }

    private static V1Node Node() => new()
    {
        Metadata = new V1ObjectMeta { Name = "n" },
        Spec = new V1NodeSpec(),
        Status = new V1NodeStatus
        {
            Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2"), ["pods"] = new("110"), ["nvidia.com/gpu"] = new("1") },
            Conditions = [new V1NodeCondition { Type = "Ready", Status = "True" }],
        },
    };
}
