using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>Makes, releases and deletes the pods of a Job, with the events that go with it.</summary>
public sealed class JobPodControl(IKubernetes client, EventRecorder events)
{
    public async Task<V1Pod> CreateAsync(V1Job job, V1Pod pod, CancellationToken cancel)
    {
        try
        {
            var created = await client.CoreV1.CreateNamespacedPodAsync(pod, job.Metadata.NamespaceProperty, cancellationToken: cancel);
            events.Normal(job, "SuccessfulCreate", $"Created pod: {created.Metadata.Name}");
            return created;
        }
        catch (HttpOperationException failure)
        {
            events.Warning(job, "FailedCreate", $"Error creating: {failure.Response.Content}");
            throw;
        }
    }

    public async Task DeleteAsync(V1Job job, V1Pod pod, CancellationToken cancel)
    {
        try
        {
            await client.CoreV1.DeleteNamespacedPodAsync(
                pod.Metadata.Name, pod.Metadata.NamespaceProperty,
                new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } }, cancellationToken: cancel);
            events.Normal(job, "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}");
        }
        catch (HttpOperationException failure) when (failure.IsNotFound() || failure.IsConflict())
        {
            // Gone, or another pod has its name by now.
        }
    }

    /// <summary>Takes the tracking finalizer off, and only that.</summary>
    public async Task ReleaseAsync(V1Pod pod, CancellationToken cancel)
    {
        while (JobPods.IsTracked(pod))
        {
            var patch = new
            {
                metadata = new
                {
                    uid = pod.Metadata.Uid,
                    resourceVersion = pod.Metadata.ResourceVersion,
                    finalizers = pod.Metadata.Finalizers.Where(finalizer => finalizer != JobLabels.TrackingFinalizer).ToArray(),
                },
            };
            try
            {
                await client.CoreV1.PatchNamespacedPodAsync(
                    new V1Patch(patch, V1Patch.PatchType.MergePatch), pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancel);
                return;
            }
            catch (HttpOperationException failure) when (failure.IsNotFound())
            {
                return;
            }
            catch (HttpOperationException failure) when (failure.IsConflict())
            {
                if (await FindAsync(pod, cancel) is not { } current)
                {
                    return;
                }

                pod = current;
            }
        }
    }

    private async Task<V1Pod?> FindAsync(V1Pod pod, CancellationToken cancel)
    {
        try
        {
            var current = await client.CoreV1.ReadNamespacedPodAsync(
                pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancel);
            return current.Metadata.Uid == pod.Metadata.Uid ? current : null;
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }
}
