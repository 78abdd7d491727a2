using System.Text.Json.Nodes;
using k8s;

namespace Platform.LocalCluster.Controllers;

/// <summary>Merge patches with explicit nulls, which the client's own serializer would leave out.</summary>
public static class MergePatches
{
    /// <summary>A patch of metadata: an empty list removes the field.</summary>
    public static JsonObject Metadata(object metadata)
    {
        var fields = JsonNode.Parse(KubernetesJson.Serialize(metadata))!.AsObject();
        foreach (var name in fields.Where(field => field.Value is JsonArray { Count: 0 }).Select(field => field.Key).ToList())
        {
            fields[name] = null;
        }

        return new JsonObject { ["metadata"] = fields };
    }
}
