using k8s.Models;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet.Containers;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>The status of a pod as it follows from its containers.</summary>
public static class PodStatusBuilder
{
    /// <param name="ending">Containers that ended will not be started again, whatever the restart policy.</param>
    public static V1PodStatus Build(
        V1Pod pod, IReadOnlyList<ContainerSlot> slots, IList<V1PodCondition> conditions, DateTimeOffset startedAt, bool ending, PodFailure? failure, string address, DateTimeOffset now)
    {
        var policy = ending ? "Never" : pod.Spec.RestartPolicy ?? "Always";
        var phase = failure is not null ? "Failed" : PhaseOf(slots, policy);
        return new V1PodStatus
        {
            Phase = phase,
            Reason = failure?.Reason,
            Message = failure?.Message,
            HostIP = address,
            HostIPs = [new V1HostIP { Ip = address }],
            PodIP = address,
            PodIPs = [new V1PodIP { Ip = address }],
            StartTime = Timestamps.Seconds(startedAt),
            Conditions = PodConditions.For(conditions, slots, phase, failure, Timestamps.Seconds(now)),
            InitContainerStatuses = slots.Any(slot => slot.IsInit) ? [.. slots.Where(slot => slot.IsInit).Select(slot => StatusOf(pod, slot, policy, now))] : null,
            ContainerStatuses = [.. slots.Where(slot => !slot.IsInit).Select(slot => StatusOf(pod, slot, policy, now))],
        };
    }

    public static string PhaseOf(IReadOnlyList<ContainerSlot> slots, string policy)
    {
        var init = slots.Where(slot => slot.IsInit && !slot.IsSidecar).ToList();
        if (init.Any(slot => slot.End is { ExitCode: not 0 } && !slot.MayRestart(policy)))
        {
            return "Failed";
        }

        var main = slots.Where(slot => !slot.IsInit).ToList();
        if (init.Any(slot => !slot.HasSucceeded) && main.All(slot => !slot.IsRunning && slot.End is null))
        {
            return "Pending";
        }

        if (main.Any(slot => !slot.IsRunning && slot.End is null))
        {
            return "Pending";
        }

        if (main.Any(slot => slot.IsRunning || slot.MayRestart(policy)))
        {
            return "Running";
        }

        return main.All(slot => slot.HasSucceeded) ? "Succeeded" : "Failed";
    }

    private static V1ContainerStatus StatusOf(V1Pod pod, ContainerSlot slot, string policy, DateTimeOffset now)
    {
        var status = new V1ContainerStatus
        {
            Name = slot.Spec.Name,
            Image = slot.Spec.Image,
            ImageID = "",
            ContainerID = slot.Run is not null || slot.End is not null
                ? $"process://{pod.Metadata.Uid}/{slot.Spec.Name}/{slot.RestartCount}"
                : null,
            Ready = slot.IsReady || (slot.IsInit && !slot.IsSidecar && slot.HasSucceeded),
            Started = slot.IsRunning && slot.PassesStartup,
            RestartCount = slot.RestartCount,
            LastState = new V1ContainerState { Terminated = Terminated(slot.EarlierEnd) },
        };
        var restarts = slot.End is not null && slot.MayRestart(policy) && !(slot.IsInit && slot.HasSucceeded && !slot.IsSidecar);
        if (slot.Run is { } run)
        {
            status.State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = Timestamps.Seconds(run.StartedAt) } };
        }
        else if (slot.End is null)
        {
            status.State = Waiting(slot.Waiting.Reason, slot.Waiting.Message);
        }
        else if (restarts && slot.NotBefore > now)
        {
            status.State = Waiting("CrashLoopBackOff", $"back-off {(int)(slot.NotBefore - slot.End.FinishedAt).TotalSeconds}s restarting failed container={slot.Spec.Name} pod={pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})");
            status.LastState.Terminated = Terminated(slot.End);
        }
        else
        {
            status.State = new V1ContainerState { Terminated = Terminated(slot.End) };
        }

        return status;
    }

    private static V1ContainerState Waiting(string reason, string? message) =>
        new() { Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message } };

    private static V1ContainerStateTerminated? Terminated(ContainerEnd? end) => end is null ? null : new V1ContainerStateTerminated
    {
        ExitCode = end.ExitCode,
        Reason = end.Reason,
        Message = end.Message,
        StartedAt = Timestamps.Seconds(end.StartedAt),
        FinishedAt = Timestamps.Seconds(end.FinishedAt),
    };
}

/// <summary>Why the pod as a whole failed, beyond its containers.</summary>
/// <param name="IsDisruption">The platform's doing: Jobs may choose not to count it.</param>
public sealed record PodFailure(string Reason, string Message, bool IsDisruption = false);
