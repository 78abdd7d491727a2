using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Patching;

/// <summary>
/// Strategic merge patch of built-ins: lists with a merge key are merged by element, with the directives $patch (replace, delete,
/// merge), $deleteFromPrimitiveList, $setElementOrder and $retainKeys.
/// </summary>
public static class StrategicMergePatch
{
    public sealed class FailedException(string message) : Exception(message);

    public static JsonObject Apply(JsonObject target, JsonObject patch, StructuralSchema? schema)
    {
        switch (patch.Text("$patch"))
        {
            case "replace":
                return Cleaned(patch);
            case "delete":
                return [];
            case not (null or "merge"):
                throw new FailedException($"Unknown patch type found: {patch.Text("$patch")}");
        }
        if (patch.List("$retainKeys") is { } retained)
        {
            var keep = retained.Select(k => k.Text()).ToHashSet();
            foreach (var name in target.Select(p => p.Key).Where(name => !keep.Contains(name)).ToList()) target.Remove(name);
        }
        foreach (var (name, change) in patch)
        {
            if (name.StartsWith('$'))
            {
                Directive(target, name, change, patch, schema);
                continue;
            }
            var field = schema?.Field(name);
            switch (change)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject map when target[name] is JsonObject current:
                    target.Remove(name);
                    var merged = Apply(current, map, field);
                    if (map.Text("$patch") != "delete") target[name] = merged;
                    break;
                case JsonObject map:
                    if (map.Text("$patch") != "delete") target[name] = Apply([], map, field);
                    break;
                case JsonArray list:
                    target[name] = MergeList(target[name] as JsonArray, list, field);
                    break;
                default:
                    target[name] = change.DeepClone();
                    break;
            }
        }
        return target;
    }

    private static JsonArray MergeList(JsonArray? target, JsonArray patch, StructuralSchema? schema)
    {
        if (schema?.PatchMerges != true) return (JsonArray)patch.DeepClone();
        if (patch.Any(item => item is JsonObject map && map.Text("$patch") == "replace" && map.Count == 1))
            return new JsonArray([.. patch.Where(i => i.Text("$patch") != "replace").Select(i => i?.DeepClone())]);
        var result = (JsonArray)(target?.DeepClone() ?? new JsonArray());
        if (schema.PatchMergeKey is not { } key)
        {
            // What the patch names comes first.
            return new JsonArray([.. patch.Concat(result.Where(r => !patch.Any(p => JsonTree.Same(p, r)))).Select(i => i?.DeepClone())]);
        }
        foreach (var item in patch.OfType<JsonObject>())
        {
            var identity = item[key] ?? throw new FailedException($"map: {JsonText.Sorted(item)} does not contain declared merge key: {key}");
            var existing = result.OfType<JsonObject>().FirstOrDefault(r => JsonTree.Same(r[key], identity));
            if (item.Text("$patch") == "delete")
            {
                while (result.OfType<JsonObject>().FirstOrDefault(r => JsonTree.Same(r[key], identity)) is { } doomed) result.Remove(doomed);
            }
            else if (existing is null) result.Add(Apply([], item, schema.Items));
            else
            {
                var at = result.IndexOf(existing);
                result.RemoveAt(at);
                result.Insert(at, Apply(existing, item, schema.Items));
            }
        }
        return result;
    }

    private static void Directive(JsonObject target, string name, JsonNode? value, JsonObject patch, StructuralSchema? schema)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || value is not JsonArray list) return;
        var field = name[(slash + 1)..];
        if (name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal) && target[field] is JsonArray values)
        {
            foreach (var doomed in values.Where(v => list.Any(d => JsonTree.Same(d, v))).ToList()) values.Remove(doomed);
        }
        else if (name.StartsWith("$setElementOrder/", StringComparison.Ordinal))
        {
            if (patch[field] is JsonArray changes) target[field] = MergeList(target[field] as JsonArray, changes, schema?.Field(field));
            if (target[field] is JsonArray current) target[field] = Ordered(current, list, schema?.Field(field)?.PatchMergeKey);
        }
    }

    /// <summary>The named elements in the given order; others keep their place behind what they followed.</summary>
    private static JsonArray Ordered(JsonArray current, JsonArray order, string? key)
    {
        int Rank(JsonNode? item) => order.ToList().FindIndex(o => JsonTree.Same(key is null ? o : o.At(key), key is null ? item : item.At(key)));
        var named = current.Where(i => Rank(i) >= 0).OrderBy(Rank).ToList();
        var next = 0;
        return new JsonArray([.. current.Select(item => (Rank(item) >= 0 ? named[next++] : item)?.DeepClone())]);
    }

    private static JsonObject Cleaned(JsonObject patch)
    {
        var copy = (JsonObject)patch.DeepClone();
        copy.Remove("$patch");
        return copy;
    }
}
