using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Patching;

/// <summary>
/// Server-side apply: the configuration's fields are set and owned, fields that this manager applied before and no longer states are
/// removed unless someone else owns them, and a field that another manager owns with a different value is a conflict.
/// </summary>
internal static class ServerSideApply
{
    public static JsonObject Apply(ApiRequest request, JsonObject live, JsonObject config, bool force, string now)
    {
        var schema = request.Resource.Schema;
        var owners = FieldOwner.Read(live);
        var self = new FieldOwner(request.FieldManager, "Apply", request.Resource.ApiVersion, request.Subresource ?? "", now, new FieldSet());
        var mine = owners.Find(o => o.IsApply && o.Manager == self.Manager && o.Subresource == self.Subresource);
        var others = owners.Where(o => o != mine).ToList();

        var stated = ManagedFields.WithoutServerOwned(FieldWalk.SetOf(config, schema));
        // Neither side may own what its request cannot write.
        if (request.Resource.HasStatus && !request.IsStatus) stated.Children.Remove("f:status");
        if (request.IsStatus)
            foreach (var other in stated.Children.Keys.Where(k => k != "f:status").ToList()) stated.Children.Remove(other);
        var merged = (JsonObject)Merge(live.DeepClone(), config, schema)!;
        var comparison = FieldComparison.Of(ManagedFields.Stripped(live), ManagedFields.Stripped(merged), schema);
        var changed = FieldSet.Union(comparison.Added, comparison.Modified);
        others = ResolveConflicts(others, FieldSet.Intersect(changed, stated), comparison.Modified, LastApplied.Agreed(request, live), force);

        var dropped = FieldSet.Except(mine?.Fields ?? new FieldSet(), stated);
        var elsewhere = others.Select(o => o.Fields).Append(stated).Aggregate(new FieldSet(), FieldSet.Union);
        Prune(merged, schema, dropped, elsewhere);

        // The time is that of the last apply which changed the object: a manager that only joins an owner has none.
        var changes = live.At("metadata", "uid") is null || !JsonTree.Same(ManagedFields.Stripped(live), ManagedFields.Stripped(merged));
        var entry = self with { Fields = stated, Time = changes ? now : mine?.Time ?? "" };
        FieldOwner.Write(merged, [.. others.Where(o => o.IsApply), entry, .. others.Where(o => !o.IsApply)]);
        LastApplied.Follow(request, merged, config);
        return merged;
    }

    private static List<FieldOwner> ResolveConflicts(List<FieldOwner> others, FieldSet changed, FieldSet modified, FieldSet agreed, bool force)
    {
        List<(FieldOwner Owner, string Path)> conflicts = [];
        List<FieldOwner> left = [];
        foreach (var owner in others)
        {
            var contested = FieldSet.Intersect(owner.Fields, changed);
            var disputed = FieldSet.Except(contested, agreed);
            conflicts.AddRange(FieldSet.Intersect(disputed, modified).Paths().Concat(FieldSet.Except(disputed, modified).Paths()).Distinct().Select(path => (owner, path)));
            left.Add(contested.IsEmpty ? owner : owner with { Fields = FieldSet.Except(owner.Fields, contested) });
        }
        return conflicts.Count == 0 || force ? left : throw Conflict(conflicts);
    }

    private static ApiStatusException Conflict(List<(FieldOwner Owner, string Path)> conflicts)
    {
        var causes = new JsonArray([.. conflicts.Select(c => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with {ShowOwner(c.Owner)}", ["field"] = c.Path,
        })]);
        var byOwner = conflicts.GroupBy(c => ShowOwner(c.Owner)).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var text = byOwner.Count == 1
            ? conflicts.Count == 1
                ? $"Apply failed with 1 conflict: conflict with {byOwner[0].Key}: {conflicts[0].Path}"
                : $"Apply failed with {conflicts.Count} conflicts: conflicts with {byOwner[0].Key}:\n{string.Join("\n", conflicts.Select(c => "- " + c.Path))}"
            : $"Apply failed with {conflicts.Count} conflicts: {string.Join("\n", byOwner.Select(g => $"conflicts with {g.Key}:\n{string.Join("\n", g.Select(c => "- " + c.Path))}"))}";
        return new ApiStatusException(409, "Conflict", text, new JsonObject { ["causes"] = causes });
    }

    private static string ShowOwner(FieldOwner owner) => owner.Show();

    /// <summary>The configuration laid over the live value; map lists and sets are merged by element, everything else is replaced.</summary>
    private static JsonNode? Merge(JsonNode? live, JsonNode? config, StructuralSchema? schema)
    {
        if (config is JsonObject map && live is JsonObject into && schema?.AtomicMap != true)
        {
            foreach (var (name, value) in map) into[name] = Merge(into[name]?.DeepClone(), value, schema?.Field(name));
            return into;
        }
        if (config is JsonArray list && live is JsonArray old && schema is { ListKind: not ListKind.Atomic })
            return MergeList(old, list, schema);
        return config?.DeepClone();
    }

    /// <summary>Elements of the configuration in its order, the others where they stood before their successors.</summary>
    private static JsonArray MergeList(JsonArray live, JsonArray config, StructuralSchema schema)
    {
        var stated = config.Select(item => FieldWalk.ElementOf(item, schema)).ToList();
        var known = live.GroupBy(item => FieldWalk.ElementOf(item, schema)).ToDictionary(g => g.Key, g => g.First());
        var result = new JsonArray();
        var next = 0;
        foreach (var item in live)
        {
            var element = FieldWalk.ElementOf(item, schema);
            var at = stated.IndexOf(element);
            if (at < 0)
            {
                result.Add(item?.DeepClone());
                continue;
            }
            for (; next <= at; next++) result.Add(Merge(known.GetValueOrDefault(stated[next])?.DeepClone(), config[next], schema.Items));
        }
        for (; next < config.Count; next++) result.Add(Merge(known.GetValueOrDefault(stated[next])?.DeepClone(), config[next], schema.Items));
        return result;
    }

    private static void Prune(JsonNode? value, StructuralSchema? schema, FieldSet dropped, FieldSet elsewhere)
    {
        foreach (var (element, lost) in dropped.Children)
        {
            elsewhere.Children.TryGetValue(element, out var kept);
            if (value is JsonObject map && element.StartsWith("f:", StringComparison.Ordinal) && map.TryGetPropertyValue(element[2..], out var child))
            {
                var name = element[2..];
                if (lost.Owned && kept is null or { IsEmpty: true }) map.Remove(name);
                else if (kept is null or { IsEmpty: true } && !lost.Owned)
                {
                    Prune(child, schema?.Field(name), lost, new FieldSet());
                    if (child is JsonObject { Count: 0 } or JsonArray { Count: 0 }) map.Remove(name);
                }
                else Prune(child, schema?.Field(name), lost, kept!);
            }
            else if (value is JsonArray list && schema is not null)
            {
                var item = list.FirstOrDefault(i => FieldWalk.ElementOf(i, schema) == element);
                if (item is null) continue;
                if (lost.Owned && kept is null or { IsEmpty: true }) list.Remove(item);
                else Prune(item, schema.Items, lost, kept ?? new FieldSet());
            }
        }
    }
}
