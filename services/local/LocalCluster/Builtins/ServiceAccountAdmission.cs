using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Builtins;

/// <summary>A pod runs under a service account that exists, and is given that account's token unless the pod or the account declines.</summary>
internal sealed class ServiceAccountAdmission(ObjectStore store, TimeProvider clock)
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>An hour and a little, so that a kubelet which asks for tokens of an hour can tell these apart.</summary>
    private const long TokenSeconds = 3607;

    /// <summary>A namespace's own account is made just after the namespace, so it is waited for; as a real server does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task AdmitAsync(ApiRequest request, JsonObject pod, CancellationToken cancel)
    {
        var spec = pod["spec"]!.AsObject();
        var name = spec.Text("serviceAccountName") ?? "default";
        var account = await FindAsync(request.Namespace!, name, cancel) ?? throw ApiStatusException.Forbidden(request.Resource, pod.Text("metadata", "name") ?? "",
            $"error looking up service account {request.Namespace}/{name}: serviceaccount \"{name}\" not found");
        if (spec.Flag("automountServiceAccountToken") ?? account.Flag("automountServiceAccountToken") ?? true) Mount(spec);
    }

    private async Task<JsonObject?> FindAsync(string ns, string name, CancellationToken cancel)
    {
        var key = new ObjectKey("serviceaccounts", ns, name);
        var started = clock.GetTimestamp();
        while (true)
        {
            if (store.Latest(key)?.Peek() is { } account) return account;
            var comes = name == "default" && store.Latest(new ObjectKey("namespaces", "", ns)) is not null;
            if (!comes || clock.GetElapsedTime(started) > Patience) return null;
            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, cancel);
        }
    }

    private static void Mount(JsonObject spec)
    {
        var waiting = PodDefaults.Containers(spec).Where(c => !(c.List("volumeMounts") ?? []).Any(m => m.Text("mountPath") == MountPath)).ToList();
        if (waiting.Count == 0) return;
        var volume = "kube-api-access-" + RandomNumberGenerator.GetString(SuffixAlphabet, 5);
        foreach (var container in waiting)
        {
            if (container["volumeMounts"] is not JsonArray mounts) container["volumeMounts"] = mounts = [];
            mounts.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = MountPath });
        }
        if (spec["volumes"] is not JsonArray volumes) spec["volumes"] = volumes = [];
        volumes.Add(new JsonObject { ["name"] = volume, ["projected"] = new JsonObject { ["sources"] = Sources(), ["defaultMode"] = 420 } });
    }

    /// <summary>The fourth source, which only OpenShift fills, is in the pods of the server that was recorded; kubelets here take it as optional.</summary>
    private static JsonArray Sources() =>
    [
        new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = TokenSeconds, ["path"] = "token" } },
        ConfigMap("kube-root-ca.crt", "ca.crt"),
        new JsonObject
        {
            ["downwardAPI"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject { ["path"] = "namespace", ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" } }),
            },
        },
        ConfigMap("openshift-service-ca.crt", "service-ca.crt"),
    ];

    private static JsonObject ConfigMap(string name, string key) => new()
    {
        ["configMap"] = new JsonObject { ["name"] = name, ["items"] = new JsonArray(new JsonObject { ["key"] = key, ["path"] = key }) },
    };
}
