using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Tests.Kubelet;

namespace Platform.LocalCluster.Tests.Controllers;

public sealed class GarbageCollectionTests(ControlledServer cluster) : IClassFixture<ControlledServer>
{
    private const int Owners = 40;
    private const int DependentsEach = 5;

    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    [InlineData("Orphan")]
    public async Task ManyFamiliesGoAsTheirPropagationPolicySays(string policy)
    {
        var space = await CreateSpaceAsync(policy.ToLowerInvariant());
        var owners = await Task.WhenAll(Enumerable.Range(0, Owners).Select(i => CreateAsync(space, $"owner-{i}")));
        await Task.WhenAll(owners.SelectMany(owner => Enumerable.Range(0, DependentsEach).Select(i => CreateAsync(space, $"{owner.Metadata.Name}-{i}", owner))));
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var deletions = policy == "Orphan" ? null : DeletionsAsync(space, Owners * (DependentsEach + 1), enough.Token);

        await Task.WhenAll(owners.Select(owner => cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync(
            owner.Metadata.Name, space, new V1DeleteOptions { PropagationPolicy = policy })));

        if (deletions is not null)
        {
            var order = await deletions;
            foreach (var owner in owners.Select(owner => owner.Metadata.Name))
            {
                var last = Enumerable.Range(0, DependentsEach).Max(i => order.IndexOf($"{owner}-{i}"));
                Assert.Equal(policy == "Foreground", last < order.IndexOf(owner));
            }

            return;
        }

        await RunningCluster.EventuallyAsync(async () => (await MapsAsync(space)).Count == Owners * DependentsEach, () => "the owners are still there");
        Assert.All(await MapsAsync(space), map => Assert.Null(map.Metadata.OwnerReferences));
    }

    [Theory]
    [InlineData("Foreground", 1)]
    [InlineData("Foreground", 2)]
    [InlineData("Foreground", 5)]
    [InlineData("Background", 3)]
    public async Task OwnersInACircleAllGo(string policy, int size)
    {
        var space = await CreateSpaceAsync($"circle-{policy.ToLowerInvariant()}-{size}");
        var ring = new List<V1ConfigMap> { await CreateAsync(space, "r0") };
        for (var i = 1; i < size; i++)
        {
            ring.Add(await CreateAsync(space, $"r{i}", ring[^1]));
        }

        var close = new V1Patch(new { metadata = new { ownerReferences = new[] { Reference(ring[^1]) } } }, V1Patch.PatchType.MergePatch);
        await cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(close, "r0", space);

        await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("r0", space, new V1DeleteOptions { PropagationPolicy = policy });

        await RunningCluster.EventuallyAsync(async () => (await MapsAsync(space)).Count == 0, () => "the circle holds itself up");
    }

    [Fact]
    public async Task WhatHasOnlyMissingOwnersGoesAndOthersLoseThemFromTheirList()
    {
        var space = await CreateSpaceAsync("missing");
        var elsewhere = await CreateAsync(await CreateSpaceAsync("elsewhere"), "owner");
        var owner = await CreateAsync(space, "owner");
        var never = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "never", Uid = Guid.NewGuid().ToString() } };
        var impostor = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "owner", Uid = Guid.NewGuid().ToString() } };
        var unknown = new V1OwnerReference { ApiVersion = "nobody.example/v1", Kind = "Thing", Name = "t", Uid = Guid.NewGuid().ToString() };

        await CreateAsync(space, "of-nobody", never);
        await CreateAsync(space, "of-an-earlier-one", impostor);
        await CreateAsync(space, "of-another-namespace", elsewhere);
        await CreateAsync(space, "of-both", never, owner);
        await CreateWithAsync(space, "of-an-unknown-kind", unknown);

        await RunningCluster.EventuallyAsync(
            async () => (await MapsAsync(space)).Select(map => map.Metadata.Name).Order().SequenceEqual(["of-an-unknown-kind", "of-both", "owner"])
                && (await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("of-both", space)).Metadata.OwnerReferences is [var only] && only.Uid == owner.Metadata.Uid,
            () => "the missing owners are not dealt with");
    }

    [Fact]
    public async Task ADependentThatDoesNotBlockOutlivesItsForegroundOwnerOnlyBriefly()
    {
        var space = await CreateSpaceAsync("unblocking");
        var owner = await CreateAsync(space, "owner");
        var reference = Reference(owner);
        reference.BlockOwnerDeletion = false;
        await CreateWithAsync(space, "held", reference, finalizer: "example.com/held");

        await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("owner", space, new V1DeleteOptions { PropagationPolicy = "Foreground" });

        await RunningCluster.EventuallyAsync(async () => await MapsAsync(space) is [{ Metadata: { Name: "held", DeletionTimestamp: not null } }], () => "the owner waits for one that does not block it");
        var free = new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch);
        await cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(free, "held", space);
        await RunningCluster.EventuallyAsync(async () => (await MapsAsync(space)).Count == 0, () => "what nothing holds any more is still there");
    }

    private static V1OwnerReference Reference(V1ConfigMap owner) =>
        new() { ApiVersion = "v1", Kind = "ConfigMap", Name = owner.Metadata.Name, Uid = owner.Metadata.Uid, BlockOwnerDeletion = true };

    private async Task<string> CreateSpaceAsync(string name)
    {
        await cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } });
        return name;
    }

    private Task<V1ConfigMap> CreateAsync(string space, string name, params V1ConfigMap[] owners) =>
        cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, OwnerReferences = owners.Length == 0 ? null : [.. owners.Select(Reference)] } }, space);

    private Task<V1ConfigMap> CreateWithAsync(string space, string name, V1OwnerReference owner, string? finalizer = null) =>
        cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, OwnerReferences = [owner], Finalizers = finalizer is null ? null : [finalizer] } }, space);

    private async Task<List<V1ConfigMap>> MapsAsync(string space) =>
        [.. (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync(space)).Items.Where(map => map.Metadata.Name != "kube-root-ca.crt")];

    /// <summary>The names in the order in which the server deleted them.</summary>
    private async Task<List<string>> DeletionsAsync(string space, int count, CancellationToken enough)
    {
        List<string> order = [];
        var version = (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync(space, cancellationToken: enough)).Metadata.ResourceVersion;
        await foreach (var (type, map) in cluster.Client.CoreV1.WatchListNamespacedConfigMapAsync(space, resourceVersion: version, cancellationToken: enough))
        {
            if (type == WatchEventType.Deleted)
            {
                order.Add(map.Metadata.Name);
                if (order.Count == count)
                {
                    break;
                }
            }
        }

        return order;
    }
}
