using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Handlers;

/// <summary>A request that the server makes to itself.</summary>
internal static class InternalRequest
{
    public static ApiRequest For(ResourceDefinition resource, ObjectKey key, string manager = "kube-apiserver") => new()
    {
        Http = new DefaultHttpContext(),
        Resource = resource,
        Namespace = resource.Namespaced ? key.Namespace : null,
        Name = key.Name,
        Media = MediaChoice.Json,
        FieldManager = manager,
    };
}
