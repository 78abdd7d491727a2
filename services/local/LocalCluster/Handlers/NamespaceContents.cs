using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Handlers;

/// <summary>Who deletes the service account or the certificate that every namespace has, or changes the certificate, gets them back.</summary>
internal sealed class NamespaceContents(Cluster cluster, string authorityPem)
{
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        WatchAsync("serviceaccounts", "default", space => Bootstrap.EnsureAccountAsync(cluster, space), stopping),
        WatchAsync("configmaps", "kube-root-ca.crt", RestoreCertificateAsync, stopping));

    private async Task WatchAsync(string resource, string name, Func<string, Task> restore, CancellationToken stopping)
    {
        var (_, version) = cluster.Store.Read(resource);
        using var feed = cluster.Store.Subscribe(resource, null, version);
        if (feed is null) return;
        await foreach (var change in feed.Reader.ReadAllAsync(stopping))
            if (change.Object.Key.Name == name && change.Kind != ChangeKind.Added)
                await restore(change.Object.Key.Namespace);
    }

    private async Task RestoreCertificateAsync(string space)
    {
        var key = new ObjectKey("configmaps", space, "kube-root-ca.crt");
        if (cluster.Store.Latest(key) is { } kept && kept.Peek().Text("data", "ca.crt") != authorityPem)
        {
            var restored = kept.ToTree();
            restored.MapOrNew("data")["ca.crt"] = authorityPem;
            // Refused when somebody wrote in between: their change comes by here too.
            await cluster.Store.WriteAsync(key, kept.ResourceVersion, restored);
        }

        await Bootstrap.EnsureAuthorityAsync(cluster, space, authorityPem);
    }
}
