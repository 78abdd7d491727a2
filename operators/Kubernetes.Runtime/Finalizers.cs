using System.Text.Json;
using k8s;
using k8s.Models;

namespace Platform.Kubernetes.Runtime;

/// <summary>Puts finalizers on objects and takes them off, without touching those of others.</summary>
internal static class Finalizers
{
    public static async Task<T> AttachAsync<T>(ResourceApi<T> api, T entity, string name, CancellationToken cancellation)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (entity.Metadata.Finalizers?.Contains(name) == true) return entity;
        return await ReplaceAsync(api, entity, [.. entity.Metadata.Finalizers ?? [], name], cancellation);
    }

    public static Task DetachAsync<T>(ResourceApi<T> api, T entity, string name, CancellationToken cancellation)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        ReplaceAsync(api, entity, [.. entity.Metadata.Finalizers.Where(other => other != name)], cancellation);

    // The test on the version makes a concurrent change a conflict instead of a lost update.
    private static Task<T> ReplaceAsync<T>(ResourceApi<T> api, T entity, string[] finalizers, CancellationToken cancellation)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var patch = JsonSerializer.Serialize(new object[]
        {
            new { op = "test", path = "/metadata/resourceVersion", value = entity.Metadata.ResourceVersion },
            new { op = "add", path = "/metadata/finalizers", value = finalizers },
        });
        return api.PatchAsync(ObjectKey.Of(entity), patch, cancellation);
    }
}
