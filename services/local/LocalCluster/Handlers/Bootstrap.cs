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
        var account = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = new JsonObject { ["name"] = "default" } };
        await EnsureAsync(cluster, "serviceaccounts", ns, account);
    }

    /// <summary>And the certificate by which its pods recognise the server.</summary>
    public static Task EnsureAuthorityAsync(Cluster cluster, string ns, string authorityPem) => EnsureAsync(cluster, "configmaps", ns, new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["data"] = new JsonObject { ["ca.crt"] = authorityPem },
        ["metadata"] = new JsonObject
        {
            ["name"] = "kube-root-ca.crt",
            ["annotations"] = new JsonObject
            {
                ["kubernetes.io/description"] = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. "
                    + "No other usage is guaranteed across distributions of Kubernetes clusters.",
            },
        },
    });

    private static async Task EnsureAsync(Cluster cluster, string plural, string ns, JsonObject obj)
    {
        var key = new ObjectKey(plural, ns, (string)obj["metadata"]!["name"]!);
        if (cluster.Store.Latest(key) is not null) return;
        try
        {
            await new ObjectCreation(cluster).CreateAsync(InternalRequest.For(cluster.Registry.Find("", "v1", plural)!, key, "kube-controller-manager"), obj);
        }
        catch (ApiStatusException refused) when (refused.Reason is "AlreadyExists" or "NotFound" or "Forbidden")
        {
            return; // made by someone else, or the namespace is going
        }
    }
}
