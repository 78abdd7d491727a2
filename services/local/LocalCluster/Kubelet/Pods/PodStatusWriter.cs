using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.LocalCluster.Controllers;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>Tells the server the status of one pod, when it differs from what was told last.</summary>
public sealed class PodStatusWriter(IKubernetes client)
{
    private string? _told;

    /// <returns>False when it could not be told and has to be tried again.</returns>
    public async Task<bool> WriteAsync(V1Pod pod, V1PodStatus status, CancellationToken cancel)
    {
        var text = KubernetesJson.Serialize(status);
        if (text == _told)
        {
            return true;
        }

        var patch = new { metadata = new { uid = pod.Metadata.Uid }, status };
        try
        {
            var written = await client.CoreV1.PatchNamespacedPodStatusAsync(
                new V1Patch(patch, V1Patch.PatchType.StrategicMergePatch), pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancel);
            pod.Status = written.Status;
            _told = text;
            return true;
        }
        catch (HttpOperationException failure) when (failure.IsNotFound() || failure.IsConflict())
        {
            return true;  // the pod is gone; the watch will say so
        }
        catch (Exception failure) when (ApiFailures.IsTransient(failure, cancel))
        {
            return false;
        }
    }

    /// <summary>The last step of a deletion: nothing runs any more, the object may go.</summary>
    public async Task<bool> ReleaseAsync(V1Pod pod, CancellationToken cancel)
    {
        try
        {
            await client.CoreV1.DeleteNamespacedPodAsync(
                pod.Metadata.Name, pod.Metadata.NamespaceProperty,
                new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } },
                cancellationToken: cancel);
            return true;
        }
        catch (HttpOperationException failure) when (failure.IsNotFound() || failure.IsConflict())
        {
            return true;
        }
        catch (Exception failure) when (ApiFailures.IsTransient(failure, cancel))
        {
            return false;
        }
    }
}
