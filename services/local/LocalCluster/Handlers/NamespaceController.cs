using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Handlers;

/// <summary>Gives every namespace its service account, and empties the ones that are being deleted before they go.</summary>
internal sealed class NamespaceController(Cluster cluster, ObjectDeletion deletion, string authorityPem)
{
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(CancellationToken stopping)
    {
        var (snapshot, version) = cluster.Store.Read("namespaces");
        using var feed = cluster.Store.Subscribe("namespaces", null, version);
        if (feed is null) return;
        HashSet<string> going = [];
        foreach (var stored in snapshot.All(null)) await SeenAsync(stored, going);
        while (!stopping.IsCancellationRequested)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            if (going.Count > 0) wait.CancelAfter(Recheck);
            try
            {
                if (!await feed.Reader.WaitToReadAsync(wait.Token)) return;
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                // time to look at what is left in the ones that are going
            }
            while (feed.Reader.TryRead(out var change))
            {
                if (change.Kind == ChangeKind.Deleted) going.Remove(change.Object.Key.Name);
                else await SeenAsync(change.Object, going);
            }
            foreach (var name in going.ToList())
                if (await EmptyAsync(name)) going.Remove(name);
        }
    }

    private async Task SeenAsync(StoredObject stored, HashSet<string> going)
    {
        if (stored.Peek().At("metadata", "deletionTimestamp") is not null) going.Add(stored.Key.Name);
        else
        {
            await Bootstrap.EnsureAccountAsync(cluster, stored.Key.Name);
            await Bootstrap.EnsureAuthorityAsync(cluster, stored.Key.Name, authorityPem);
        }
    }

    /// <summary>Deletes the content; true when the namespace itself is gone.</summary>
    private async Task<bool> EmptyAsync(string name)
    {
        var key = new ObjectKey("namespaces", "", name);
        if (cluster.Store.Latest(key) is not { } stored) return true;
        List<(ResourceDefinition Resource, StoredObject Object)> left = [];
        foreach (var resource in cluster.Registry.All.Where(r => r.Namespaced && !r.IsReview).DistinctBy(r => r.StorageResource))
            foreach (var instance in cluster.Store.Snapshot(resource.StorageResource).All(name))
            {
                await DeleteAsync(resource, instance.Key);
                if (cluster.Store.Latest(instance.Key) is { } still) left.Add((resource, still));
            }
        var ns = stored.ToTree();
        if (left.Count == 0)
        {
            ns["spec"]!.AsObject().Remove("finalizers");
            var held = ns.List("metadata", "finalizers") is { Count: > 0 };
            var done = held ? await cluster.Store.WriteAsync(key, stored.ResourceVersion, ns) : await cluster.Store.RemoveAsync(key, stored.ResourceVersion, ns);
            return done is not null && !held;
        }
        if (Describe(ns, left)) await cluster.Store.WriteAsync(key, stored.ResourceVersion, ns);
        return false;
    }

    private async Task DeleteAsync(ResourceDefinition resource, ObjectKey key)
    {
        try
        {
            await deletion.DeleteAsync(InternalRequest.For(resource, key), new DeleteOptions(null, null, "Background", null, null));
        }
        catch (ApiStatusException gone) when (gone.Reason == "NotFound")
        {
            return; // someone else was faster
        }
    }

    private bool Describe(JsonObject ns, List<(ResourceDefinition Resource, StoredObject Object)> left)
    {
        var resources = left.GroupBy(l => l.Resource.QualifiedName).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{(g.Key.Contains('.', StringComparison.Ordinal) ? g.Key : g.Key + ".")} has {g.Count()} resource instances");
        var finalizers = left.SelectMany(l => (l.Object.Peek().List("metadata", "finalizers") ?? []).Select(f => f.Text() ?? "")).GroupBy(f => f).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} in {g.Count()} resource instances").ToList();
        (string Type, string Status, string Reason, string Message)[] conditions =
        [
            ("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"),
            ("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            ("NamespaceDeletionContentFailure", "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            ("NamespaceContentRemaining", "True", "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", resources)}"),
            finalizers.Count > 0
                ? ("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}")
                : ("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        ];
        var status = ns.MapOrNew("status");
        var before = status["conditions"]?.DeepClone() as JsonArray ?? [];
        var changed = before.Count != conditions.Length;
        status["conditions"] = new JsonArray([.. conditions.Select(c =>
        {
            var old = before.FirstOrDefault(b => b.Text("type") == c.Type);
            if (old.Text("status") == c.Status && old.Text("message") == c.Message) return old!.DeepClone();
            changed = true;
            return (JsonNode)new JsonObject { ["type"] = c.Type, ["status"] = c.Status, ["lastTransitionTime"] = cluster.Now(), ["reason"] = c.Reason, ["message"] = c.Message };
        })]);
        return changed;
    }
}
