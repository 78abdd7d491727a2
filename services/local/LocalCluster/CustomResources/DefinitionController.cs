using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Handlers;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.CustomResources;

/// <summary>
/// Follows the definitions: serves what they define, writes their conditions, and empties a resource whose definition goes.
/// It works from the store alone, so a restart continues wherever it stopped.
/// </summary>
internal sealed class DefinitionController(Cluster cluster, ObjectDeletion deletion)
{
    private const string Resource = "customresourcedefinitions.apiextensions.k8s.io";

    private readonly Dictionary<string, (JsonNode? Spec, long Revision)> _served = [];

    /// <summary>Serves every established definition; called before the server answers its first request.</summary>
    public void Load()
    {
        foreach (var stored in cluster.Store.Snapshot(Resource).All(null))
            if (IsTrue(stored.Peek(), "Established")) Serve(stored);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var (snapshot, version) = cluster.Store.Read(Resource);
            using var feed = cluster.Store.Subscribe(Resource, null, version);
            if (feed is null) continue;
            foreach (var stored in snapshot.All(null)) await StepAsync(stored.Key);
            while (await feed.Reader.WaitToReadAsync(stopping))
                while (feed.Reader.TryRead(out var change))
                {
                    if (change.Kind == ChangeKind.Deleted) Forget(change.Object);
                    else await StepAsync(change.Object.Key);
                }
        }
    }

    /// <summary>One step towards what the newest state asks for; the write it makes brings the next step.</summary>
    private async Task StepAsync(ObjectKey key)
    {
        if (cluster.Store.Latest(key) is not { } stored) return;
        var crd = stored.ToTree();
        if (crd.At("metadata", "deletionTimestamp") is not null)
        {
            await TearDownAsync(stored, crd);
            return;
        }
        var status = crd.MapOrNew("status");
        var changed = false;
        if (!JsonTree.Same(status["acceptedNames"], crd.At("spec", "names")))
        {
            status["acceptedNames"] = crd.At("spec", "names")!.DeepClone();
            changed = true;
        }
        changed |= SetCondition(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found");
        if (Condition(status, "Established") is null)
        {
            changed |= SetCondition(status, "Established", "False", "Installing", "the initial names have been accepted");
        }
        else if (!changed && !IsTrue(crd, "Established"))
        {
            Serve(stored);
            changed |= SetCondition(status, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted");
        }
        if (changed) await cluster.Store.WriteAsync(stored.Key, stored.ResourceVersion, crd);
        else if (IsTrue(crd, "Established")) Serve(stored);
    }

    private async Task TearDownAsync(StoredObject stored, JsonObject crd)
    {
        var kept = (crd.List("metadata", "finalizers") ?? []).Select(f => f.Text() ?? "").ToList();
        if (!kept.Contains(DefinitionStrategy.CleanupFinalizer)) return;
        var definitions = ServedDefinitions.Of(crd, stored.ResourceVersion);
        var resource = $"{crd.Text("spec", "names", "plural")}.{crd.Text("spec", "group")}";
        if (definitions.Count > 0)
        {
            foreach (var instance in cluster.Store.Snapshot(resource).All(null)) await DeleteInstance(definitions[0], instance);
        }
        if (cluster.Store.Snapshot(resource).All(null).Any())
        {
            _ = WaitForInstances(resource, stored.Key);
            return;
        }
        kept.Remove(DefinitionStrategy.CleanupFinalizer);
        if (kept.Count == 0)
        {
            crd["metadata"]!.AsObject().Remove("finalizers");
            await cluster.Store.RemoveAsync(stored.Key, stored.ResourceVersion, crd);
            return;
        }
        crd["metadata"]!["finalizers"] = new JsonArray([.. kept.Select(f => (JsonNode)f)]);
        await cluster.Store.WriteAsync(stored.Key, stored.ResourceVersion, crd);
    }

    private async Task DeleteInstance(ResourceDefinition definition, StoredObject instance)
    {
        var request = InternalRequest.For(definition, instance.Key);
        try
        {
            await deletion.DeleteAsync(request, new DeleteOptions(null, null, "Background", null, 0));
        }
        catch (ApiStatusException gone) when (gone.Reason == "NotFound")
        {
            return; // someone else deleted it first
        }
    }

    /// <summary>Instances with finalizers go later; the definition is looked at again with each that does.</summary>
    private async Task WaitForInstances(string resource, ObjectKey definition)
    {
        var (snapshot, version) = cluster.Store.Read(resource);
        using var feed = cluster.Store.Subscribe(resource, null, version);
        if (feed is null) return;
        if (snapshot.All(null).Any())
            while (await feed.Reader.WaitToReadAsync())
            {
                while (feed.Reader.TryRead(out _)) { }
                if (!cluster.Store.Snapshot(resource).All(null).Any()) break;
            }
        await StepAsync(definition);
    }

    private void Serve(StoredObject stored)
    {
        var crd = stored.ToTree();
        var spec = crd["spec"];
        if (_served.TryGetValue(stored.Key.Name, out var known) && JsonTree.Same(known.Spec, spec)) return;
        _served[stored.Key.Name] = (spec, stored.ResourceVersion);
        cluster.Registry.Replace(crd.Text("spec", "group")!, crd.Text("spec", "names", "plural")!, ServedDefinitions.Of(crd, stored.ResourceVersion));
    }

    private void Forget(StoredObject stored)
    {
        var crd = stored.Peek();
        _served.Remove(stored.Key.Name);
        cluster.Registry.Replace(crd.Text("spec", "group")!, crd.Text("spec", "names", "plural")!, []);
        cluster.Store.CloseFeeds($"{crd.Text("spec", "names", "plural")}.{crd.Text("spec", "group")}");
    }

    private bool SetCondition(JsonObject status, string type, string value, string reason, string message)
    {
        var condition = Condition(status, type);
        if (condition?.Text("status") == value) return false;
        if (condition is null)
        {
            if (status["conditions"] is not JsonArray list) status["conditions"] = list = [];
            list.Add(condition = new JsonObject { ["type"] = type });
        }
        (condition["status"], condition["lastTransitionTime"], condition["reason"], condition["message"]) = (value, cluster.Now(), reason, message);
        return true;
    }

    private static JsonObject? Condition(JsonObject status, string type) => (status.List("conditions") ?? []).OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);

    private static bool IsTrue(JsonObject crd, string type) => crd.Map("status") is { } status && Condition(status, type)?.Text("status") == "True";
}
