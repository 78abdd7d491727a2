using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>What the pods of a Job are doing.</summary>
public static class JobPods
{
    public static bool IsTerminal(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    public static bool IsSucceeded(V1Pod pod) => pod.Status?.Phase == "Succeeded";

    public static bool IsActive(V1Pod pod) => !IsTerminal(pod) && pod.Metadata.DeletionTimestamp is null;

    public static bool IsTerminating(V1Pod pod) => !IsTerminal(pod) && pod.Metadata.DeletionTimestamp is not null;

    public static bool IsReady(V1Pod pod) =>
        pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>
    /// A pod that is being deleted counts as failed, as it may never reach the phase; unless the Job wants to wait for
    /// the phase before it replaces a pod.
    /// </summary>
    public static bool IsFailed(V1Job job, V1Pod pod) =>
        pod.Status?.Phase == "Failed"
        || (!ReplacesOnlyFailed(job) && pod.Metadata.DeletionTimestamp is not null && !IsSucceeded(pod));

    public static bool ReplacesOnlyFailed(V1Job job) => job.Spec.PodReplacementPolicy == "Failed";

    public static bool IsTracked(V1Pod pod) => pod.Metadata.Finalizers?.Contains(JobLabels.TrackingFinalizer) == true;

    public static V1OwnerReference? JobOwner(V1Pod pod) =>
        pod.Metadata.OwnerReferences?.FirstOrDefault(owner => owner is { Controller: true, Kind: "Job" } && owner.ApiVersion.StartsWith("batch/", StringComparison.Ordinal));

    public static bool IsIndexed(V1Job job) => job.Spec.CompletionMode == "Indexed";

    public static bool HasLimitPerIndex(V1Job job) => job.Spec.BackoffLimitPerIndex is not null;

    /// <summary>
    /// When the pod ended: its last container's end, else when it stopped being ready, else its deletion. A pod that was
    /// evicted before it ran has none of them and counts from its creation.
    /// </summary>
    public static DateTimeOffset EndOf(V1Pod pod, DateTimeOffset now)
    {
        var end = (pod.Status?.ContainerStatuses ?? []).Max(container => container.State?.Terminated?.FinishedAt)
            ?? pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Ready", Status: "False" })?.LastTransitionTime
            ?? DeletionOf(pod)
            ?? pod.Metadata.CreationTimestamp;
        return end is { } known ? new DateTimeOffset(known.ToUniversalTime()) : now;
    }

    // The timestamp is when its grace period ends, not when it was asked to go.
    private static DateTime? DeletionOf(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp - TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? 0);

    /// <summary>The pods that can be given up most cheaply first: unbound, then not running, then not ready, then youngest.</summary>
    public static IEnumerable<V1Pod> CheapestFirst(IEnumerable<V1Pod> pods) => pods
        .OrderBy(pod => string.IsNullOrEmpty(pod.Spec.NodeName) ? 0 : 1)
        .ThenBy(pod => pod.Status?.Phase == "Running" ? 1 : 0)
        .ThenBy(pod => IsReady(pod) ? 1 : 0)
        .ThenByDescending(pod => pod.Metadata.CreationTimestamp);
}
