using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>
/// What a kubelet finds of a pod when it starts. Nothing runs any more by then: what the records on disk show as begun
/// and not ended was cut off, and is ended as such.
/// </summary>
public static class PodRestore
{
    private const int Killed = 137;

    public static void Restore(V1Pod pod, IReadOnlyList<ContainerSlot> slots, DateTimeOffset now)
    {
        foreach (var slot in slots)
        {
            if (slot.Folder.LastAttempt() is { } attempt)
            {
                slot.RestartCount = attempt;
                slot.End = slot.Folder.ReadEnd(attempt) ?? CutOff(slot, attempt, now);
                slot.EarlierEnd = attempt > 0 ? slot.Folder.ReadEnd(attempt - 1) : null;
            }
            else if (Reported(pod, slot) is { } status && (status.State?.Running is not null || status.State?.Terminated is not null))
            {
                // The folder is gone, not the container's history.
                slot.RestartCount = status.RestartCount;
                slot.End = new ContainerEnd(
                    Killed, "ContainerStatusUnknown", "The container could not be located when the pod was terminated", now, now, IsDisruption: true);
            }
        }
    }

    private static ContainerEnd CutOff(ContainerSlot slot, int attempt, DateTimeOffset now)
    {
        var end = new ContainerEnd(
            Killed, "Error", "The platform stopped while the container ran", slot.Folder.ReadStart(attempt), now, IsDisruption: true);
        slot.Folder.WriteEnd(attempt, end);
        return end;
    }

    private static V1ContainerStatus? Reported(V1Pod pod, ContainerSlot slot) =>
        (slot.IsInit ? pod.Status?.InitContainerStatuses : pod.Status?.ContainerStatuses)?.FirstOrDefault(status => status.Name == slot.Spec.Name);
}
