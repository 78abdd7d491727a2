using System.Text;
using k8s;
using k8s.Autorest;
using Platform.LocalCluster.Controllers;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>The config maps and secrets of one namespace, read when a pod needs them.</summary>
public sealed class ReferencedObjects(IKubernetes client, string space)
{
    /// <returns>The contents by key; null when there is no such config map.</returns>
    public async Task<IReadOnlyDictionary<string, byte[]>?> ConfigMapAsync(string name, CancellationToken cancel)
    {
        try
        {
            var map = await client.CoreV1.ReadNamespacedConfigMapAsync(name, space, cancellationToken: cancel);
            return (map.Data ?? new Dictionary<string, string>())
                .Select(entry => KeyValuePair.Create(entry.Key, Encoding.UTF8.GetBytes(entry.Value)))
                .Concat(map.BinaryData ?? new Dictionary<string, byte[]>())
                .ToDictionary();
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }

    /// <returns>The contents by key; null when there is no such secret.</returns>
    public async Task<IReadOnlyDictionary<string, byte[]>?> SecretAsync(string name, CancellationToken cancel)
    {
        try
        {
            var secret = await client.CoreV1.ReadNamespacedSecretAsync(name, space, cancellationToken: cancel);
            return (secret.Data ?? new Dictionary<string, byte[]>()).ToDictionary();
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }
}
