using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Tests.Kubelet;

namespace Platform.LocalCluster.Tests.Controllers;

public sealed class NamespaceTests(ControlledServer cluster) : IClassFixture<ControlledServer>
{
    [Fact]
    public async Task WhatEveryNamespaceHasComesBackAfterADeletionOrAChange()
    {
        await CreateAsync("filled");
        await RunningCluster.EventuallyAsync(() => HasContentsAsync("filled"), () => "a new namespace lacks its account or its certificate");
        var certificate = (await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("kube-root-ca.crt", "filled")).Data["ca.crt"];

        await cluster.Client.CoreV1.DeleteNamespacedServiceAccountAsync("default", "filled");
        await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("kube-root-ca.crt", "filled");
        await RunningCluster.EventuallyAsync(() => HasContentsAsync("filled"), () => "what was deleted did not come back");

        var forged = new V1Patch(new { data = new Dictionary<string, string> { ["ca.crt"] = "forged" } }, V1Patch.PatchType.MergePatch);
        await cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(forged, "kube-root-ca.crt", "filled");
        await RunningCluster.EventuallyAsync(
            async () => (await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("kube-root-ca.crt", "filled")).Data["ca.crt"] == certificate, () => "the certificate stays forged");
    }

    [Fact]
    public async Task ANamespaceGoesWhenItsContentIsGoneAndSaysWhatHoldsIt()
    {
        await CreateAsync("going");
        var held = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "held", Finalizers = ["example.com/held"] } };
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(held, "going");

        await cluster.Client.CoreV1.DeleteNamespaceAsync("going");

        await RunningCluster.EventuallyAsync(
            async () => (await cluster.Client.CoreV1.ReadNamespaceAsync("going")).Status.Conditions?.Any(condition =>
                condition is { Type: "NamespaceFinalizersRemaining", Status: "True" } && condition.Message.Contains("example.com/held in 1 resource instances", StringComparison.Ordinal)) == true,
            () => "the namespace does not say what holds it");
        await cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "held", "going");
        await RunningCluster.EventuallyAsync(async () => await FindAsync("going") is null, () => "the empty namespace is still there");
    }

    private Task<V1Namespace> CreateAsync(string name) =>
        cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } });

    private async Task<bool> HasContentsAsync(string name) =>
        (await cluster.Client.CoreV1.ListNamespacedServiceAccountAsync(name)).Items.Any(account => account.Metadata.Name == "default")
        && (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync(name)).Items.Any(map => map.Metadata.Name == "kube-root-ca.crt");

    private async Task<V1Namespace?> FindAsync(string name)
    {
        try
        {
            return await cluster.Client.CoreV1.ReadNamespaceAsync(name);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }
}
