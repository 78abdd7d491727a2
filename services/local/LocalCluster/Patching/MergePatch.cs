using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Patching;

/// <summary>JSON merge patch (RFC 7396).</summary>
public static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var into = target as JsonObject ?? [];
        foreach (var (name, change) in changes)
        {
            if (change is null) into.Remove(name);
            else if (change is JsonObject)
            {
                into.TryGetPropertyValue(name, out var current);
                if (current is not JsonObject) current = null;
                else into.Remove(name);
                into[name] = Apply(current, change);
            }
            else into[name] = change.DeepClone();
        }
        return into;
    }
}
