using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers;

/// <summary>Reads, patches and deletes objects of any kind by their metadata alone.</summary>
public sealed class ObjectAccess(IKubernetes client)
{
    public async Task<ObjectMetadata?> FindAsync(ResourceType resource, ObjectKey key, CancellationToken cancel)
    {
        try
        {
            using var response = resource.Namespaced
                ? await client.CustomObjects.GetNamespacedCustomObjectWithHttpMessagesAsync<ObjectMetadata>(
                    resource.Group, resource.Version, key.Namespace, resource.Plural, key.Name, cancellationToken: cancel)
                : await client.CustomObjects.GetClusterCustomObjectWithHttpMessagesAsync<ObjectMetadata>(
                    resource.Group, resource.Version, resource.Plural, key.Name, cancellationToken: cancel);
            return response.Body;
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }

    /// <returns>False when the object is gone.</returns>
    public async Task<bool> MergeAsync(ResourceType resource, ObjectKey key, object patch, CancellationToken cancel)
    {
        var body = new V1Patch(patch, V1Patch.PatchType.MergePatch);
        try
        {
            using var response = resource.Namespaced
                ? await client.CustomObjects.PatchNamespacedCustomObjectWithHttpMessagesAsync<ObjectMetadata>(
                    body, resource.Group, resource.Version, key.Namespace, resource.Plural, key.Name, cancellationToken: cancel)
                : await client.CustomObjects.PatchClusterCustomObjectWithHttpMessagesAsync<ObjectMetadata>(
                    body, resource.Group, resource.Version, resource.Plural, key.Name, cancellationToken: cancel);
            return true;
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return false;
        }
    }

    /// <summary>Deletes the object that the options' preconditions name; that it is gone already is fine.</summary>
    public async Task DeleteAsync(ResourceType resource, ObjectKey key, V1DeleteOptions options, CancellationToken cancel)
    {
        try
        {
            using var response = resource.Namespaced
                ? await client.CustomObjects.DeleteNamespacedCustomObjectWithHttpMessagesAsync<object>(
                    resource.Group, resource.Version, key.Namespace, resource.Plural, key.Name, options, cancellationToken: cancel)
                : await client.CustomObjects.DeleteClusterCustomObjectWithHttpMessagesAsync<object>(
                    resource.Group, resource.Version, resource.Plural, key.Name, options, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            // Gone.
        }
    }
}
