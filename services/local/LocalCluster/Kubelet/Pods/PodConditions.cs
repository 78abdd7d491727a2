using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>The conditions a kubelet writes. Those of others are not among them: the server merges by type.</summary>
public static class PodConditions
{
    public static IList<V1PodCondition> For(
        IList<V1PodCondition> earlier, IReadOnlyList<ContainerSlot> slots, string phase, PodFailure? failure, DateTime now)
    {
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
            Condition("PodScheduled", true, null, null),  // it is here
        ];
        if (failure is { IsDisruption: true })
        {
            result.Add(Condition("DisruptionTarget", true, "TerminationByKubelet", failure.Message));
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
