using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Tables;

/// <summary>An object reduced to its metadata.</summary>
internal static class PartialMetadata
{
    public static JsonObject Of(JsonObject obj, MediaChoice media) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/" + media.Version,
        ["metadata"] = obj["metadata"]?.DeepClone(),
    };
}
