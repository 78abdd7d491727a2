using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>The conditions a kubelet writes; those of others are left as they are.</summary>
public static class PodConditions
{
    private static readonly string[] Own = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"];

    public static IList<V1PodCondition> For(
        V1Pod pod, IReadOnlyList<ContainerSlot> slots, string phase, PodFailure? failure, DateTime now)
    {
        var earlier = pod.Status?.Conditions ?? [];
        var ended = phase switch { "Succeeded" => "PodCompleted", "Failed" => "PodFailed", _ => null };
        var uninitialized = slots.Where(slot => slot is { IsInit: true, IsSidecar: false, HasSucceeded: false }).Select(slot => slot.Spec.Name).ToList();
        var unready = slots.Where(slot => !slot.IsInit && !slot.IsReady).Select(slot => slot.Spec.Name).ToList();
        var unreadyReason = unready.Count == 0 ? null : ended ?? "ContainersNotReady";
        var unreadyMessage = unready.Count == 0 || ended is not null ? null : $"containers with unready status: [{string.Join(' ', unready)}]";
        List<V1PodCondition> result =
        [
            Condition("PodReadyToStartContainers", slots.Any(slot => slot.IsRunning), null, null),
            uninitialized.Count == 0 || phase == "Succeeded"
                ? Condition("Initialized", true, phase == "Succeeded" ? ended : null, null)
                : Condition("Initialized", false, ended ?? "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', uninitialized)}]"),
            Condition("Ready", unready.Count == 0, unreadyReason, unreadyMessage),
            Condition("ContainersReady", unready.Count == 0, unreadyReason, unreadyMessage),
            .. earlier.Where(condition => !Own.Contains(condition.Type) && condition.Type != "DisruptionTarget"),
        ];
        if (failure is { IsDisruption: true })
        {
            result.Add(Condition("DisruptionTarget", true, "TerminationByKubelet", failure.Message));
        }
        else if (earlier.FirstOrDefault(condition => condition.Type == "DisruptionTarget") is { } kept)
        {
            result.Add(kept);
        }

        return result;

        V1PodCondition Condition(string type, bool status, string? reason, string? message)
        {
            var value = status ? "True" : "False";
            var before = earlier.FirstOrDefault(condition => condition.Type == type);
            return new V1PodCondition
            {
                Type = type,
                Status = value,
                Reason = reason,
                Message = message,
                LastTransitionTime = before?.Status == value ? before.LastTransitionTime : now,
            };
        }
    }
}
