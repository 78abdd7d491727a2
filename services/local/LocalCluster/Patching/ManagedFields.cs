using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Patching;

/// <summary>Who wrote which field last, kept up to date on every write that is not an apply.</summary>
internal static class ManagedFields
{
    /// <summary>Older update entries beyond this many are merged into one.</summary>
    private const int MaxUpdateEntries = 10;

    private static readonly FieldSet ServerOwned = FieldSet.FromJson((JsonObject)JsonText.Parse("""
        {"f:apiVersion":{},"f:kind":{},"f:metadata":{".":{},"f:name":{},"f:namespace":{},"f:uid":{},"f:creationTimestamp":{},"f:selfLink":{},"f:generation":{},
         "f:managedFields":{},"f:resourceVersion":{},"f:deletionTimestamp":{},"f:deletionGracePeriodSeconds":{}}}
        """u8)!);

    public static void Track(ApiRequest request, JsonObject? old, JsonObject next, string now)
    {
        if (next.At("metadata", "managedFields") is JsonArray { Count: 0 } && old is not null)
        {
            next["metadata"]!.AsObject().Remove("managedFields"); // an empty list resets the tracking
            return;
        }
        var owners = FieldOwner.Read(next);
        var before = old ?? Skeleton(request.Resource, next);
        var comparison = FieldComparison.Of(Writable(request, before), Writable(request, next), request.Resource.Schema);
        var changed = WithoutServerOwned(FieldSet.Union(comparison.Added, comparison.Modified));
        var self = new FieldOwner(request.FieldManager, "Update", request.Resource.ApiVersion, request.Subresource ?? "", now, new FieldSet());
        var mine = owners.Find(o => o.SameIdentity(self));
        List<FieldOwner> updated = [];
        foreach (var owner in owners)
        {
            if (owner == mine) continue;
            var left = FieldSet.Except(FieldSet.ExceptBelow(owner.Fields, OnlyRemoved(comparison.Removed)), changed);
            updated.Add(left.SameAs(owner.Fields) ? owner : owner with { Fields = left });
        }
        var fields = FieldSet.Union(FieldSet.ExceptBelow(mine?.Fields ?? new FieldSet(), OnlyRemoved(comparison.Removed)), changed);
        if (!fields.IsEmpty) updated.Add(mine is not null && fields.SameAs(mine.Fields) ? mine : self with { Fields = fields });
        FieldOwner.Write(next, Capped(updated));
    }

    /// <summary>Nothing changed but perhaps the bookkeeping.</summary>
    public static bool SameContent(JsonObject next, JsonObject old)
    {
        if (!JsonTree.Same(Stripped(next), Stripped(old))) return false;
        var (a, b) = (FieldOwner.Read(next), FieldOwner.Read(old));
        return a.Count == b.Count && a.All(x => b.Exists(y => x.SameIdentity(y) && x.Fields.SameAs(y.Fields)));
    }

    public static FieldSet WithoutServerOwned(FieldSet set) => FieldSet.Except(set, ServerOwned);

    public static JsonObject Stripped(JsonObject obj)
    {
        var copy = (JsonObject)obj.DeepClone();
        if (copy["metadata"] is JsonObject metadata)
            foreach (var owned in (string[])["managedFields", "resourceVersion", "generation"]) metadata.Remove(owned);
        return copy;
    }

    /// <summary>What this request could have written: the main resource leaves the status alone.</summary>
    private static JsonObject Writable(ApiRequest request, JsonObject obj)
    {
        var copy = Stripped(obj);
        if (request.Resource.HasStatus && !request.IsStatus) copy.Remove("status");
        return copy;
    }

    private static FieldSet OnlyRemoved(FieldSet removed) => removed;

    /// <summary>What a typed object has before anything is set in it: its structs are there, so that creating does not own them.</summary>
    private static JsonObject Skeleton(ResourceDefinition resource, JsonObject next)
    {
        var skeleton = new JsonObject { ["metadata"] = new JsonObject() };
        if (resource.IsCustom) return skeleton;
        foreach (var part in (string[])["spec", "status"])
            if (next[part] is JsonObject present) skeleton[part] = Frame(present);
        return skeleton;
    }

    private static JsonObject Frame(JsonObject present)
    {
        var frame = new JsonObject();
        if (present["template"] is JsonObject template)
            frame["template"] = new JsonObject { ["metadata"] = new JsonObject(), ["spec"] = Frame(template["spec"] as JsonObject ?? []) };
        if (present["containers"] is JsonArray) frame["containers"] = new JsonArray();
        return frame;
    }

    private static IEnumerable<FieldOwner> Capped(List<FieldOwner> owners)
    {
        var updates = owners.Where(o => !o.IsApply && o.Subresource.Length == 0).ToList();
        if (updates.Count <= MaxUpdateEntries) return owners;
        var ancient = updates.OrderBy(o => o.Time, StringComparer.Ordinal).Take(updates.Count - MaxUpdateEntries + 1).ToList();
        var merged = ancient[0] with { Manager = "ancient-changes", Fields = ancient.Select(o => o.Fields).Aggregate(FieldSet.Union) };
        return [merged, .. owners.Except(ancient)];
    }
}
