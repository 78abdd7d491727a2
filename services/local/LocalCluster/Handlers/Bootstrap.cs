using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Handlers;

/// <summary>The objects that every cluster has.</summary>
internal static class Bootstrap
{
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public static async Task EnsureAsync(Cluster cluster)
    {
        var creation = new ObjectCreation(cluster);
        var resource = cluster.Registry.Find("", "v1", "namespaces")!;
        foreach (var name in Namespaces)
        {
            var key = new ObjectKey("namespaces", "", name);
            if (cluster.Store.Latest(key) is not null) continue;
            var ns = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };
            await creation.CreateAsync(InternalRequest.For(resource, key), ns);
        }
    }

    /// <summary>What a namespace is given: its default service account.</summary>
    public static async Task EnsureAccountAsync(Cluster cluster, string ns)
    {
        var key = new ObjectKey("serviceaccounts", ns, "default");
        if (cluster.Store.Latest(key) is not null) return;
        var account = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = new JsonObject { ["name"] = "default" } };
        try
        {
            await new ObjectCreation(cluster).CreateAsync(InternalRequest.For(cluster.Registry.Find("", "v1", "serviceaccounts")!, key, "kube-controller-manager"), account);
        }
        catch (ApiStatusException refused) when (refused.Reason is "AlreadyExists" or "NotFound" or "Forbidden")
        {
            return; // made by someone else, or the namespace is going
        }
    }
}
