using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Discovery;

/// <summary>The OpenAPI v3 document of one group version: operations and the schemas they use.</summary>
internal static class OpenApiDocument
{
    public static JsonObject Of(IReadOnlyList<ResourceDefinition> resources)
    {
        var custom = resources[0].IsCustom;
        var schemas = new OpenApiSchemas();
        var paths = new JsonObject();
        foreach (var resource in resources)
        {
            schemas.AddRoot(resource);
            foreach (var (path, operations) in OpenApiPaths.Of(resource)) paths[path] = operations;
        }
        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = custom ? new JsonObject { ["title"] = "Kubernetes CRD Swagger", ["version"] = "v0.1.0" } : new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.Text },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.ToJson() },
        };
    }
}
