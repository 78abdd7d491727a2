using k8s;
using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Kubernetes.Runtime;

namespace Platform.FineTune.Operator.Phases;

/// <summary>Why a Job's pod does not run, or why it ended, in the catalogue's words.</summary>
public sealed class PodObservation(IKubernetes client)
{
    private static readonly string[] PullProblems = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError"];
    private readonly ResourceApi<V1Pod> _pods = new(client);

    /// <summary>What keeps a pod from running; null when nothing does or there is none.</summary>
    public async Task<(string Reason, string Message)?> WhyPendingAsync(FineTuneJob job, Stage stage, CancellationToken cancellation)
    {
        foreach (var pod in await PodsAsync(job, stage, cancellation))
        {
            if (pod.Status?.Phase != "Pending") continue;
            if (pod.Status.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" }) is { } unscheduled)
                return (Reasons.Unschedulable, $"No node takes the pod {pod.Metadata.Name}: {unscheduled.Message} Lower spec.resources or add nodes.");
            if (pod.Status.ContainerStatuses?.Select(status => status.State?.Waiting).FirstOrDefault(waiting => PullProblems.Contains(waiting?.Reason)) is { } waiting)
                return (Reasons.ImagePullFailed, $"The pod {pod.Metadata.Name} cannot start: {waiting.Reason}: {waiting.Message}");
        }

        return null;
    }

    /// <summary>How the last pod ended.</summary>
    public async Task<(string Reason, string Message)?> WhyFailedAsync(FineTuneJob job, Stage stage, CancellationToken cancellation)
    {
        var last = (await PodsAsync(job, stage, cancellation)).Where(pod => pod.Status?.Phase == "Failed").MaxBy(pod => pod.Metadata.CreationTimestamp);
        if (last?.Status.ContainerStatuses?.FirstOrDefault()?.State?.Terminated is not { } ended) return null;
        return ended.Reason == "OOMKilled"
            ? (Reasons.HostOutOfMemory, $"The pod {last.Metadata.Name} was killed for using more memory than spec.resources.memory ({job.Spec.Resources.Memory ?? "unset"}). Raise it, or lower spec.training.batchSize or maxLength.")
            : (Reasons.WorkerFailed, $"The pod {last.Metadata.Name} ended with exit code {ended.ExitCode}. See 'kubectl logs {last.Metadata.Name}'.{Tail(ended.Message)}");
    }

    private async Task<IReadOnlyList<V1Pod>> PodsAsync(FineTuneJob job, Stage stage, CancellationToken cancellation) =>
        (await _pods.ListAsync($"{StageNames.RunIdLabel}={job.RunId},{StageNames.StageLabel}={stage.Name}", cancellation, job.Metadata.NamespaceProperty)).Items;

    private static string Tail(string? message) => string.IsNullOrWhiteSpace(message) ? "" : $" Its last words: {(message.Length > 500 ? message[^500..] : message).Trim()}";
}
