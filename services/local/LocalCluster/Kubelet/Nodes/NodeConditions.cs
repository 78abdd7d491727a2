using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Nodes;

/// <summary>The conditions of the node, in a kubelet's words.</summary>
public static class NodeConditions
{
    public static IList<V1NodeCondition> For(bool isReady, IList<V1NodeCondition>? earlier, DateTime now)
    {
        return
        [
            Condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            Condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            Condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            isReady
                ? Condition("Ready", true, "KubeletReady", "kubelet is posting ready status")
                : Condition("Ready", false, "KubeletNotReady", "node is shutting down"),
        ];

        V1NodeCondition Condition(string type, bool status, string reason, string message)
        {
            var value = status ? "True" : "False";
            var before = earlier?.FirstOrDefault(condition => condition.Type == type);
            return new V1NodeCondition
            {
                Type = type,
                Status = value,
                Reason = reason,
                Message = message,
                LastHeartbeatTime = now,
                LastTransitionTime = before?.Status == value ? before.LastTransitionTime : now,
            };
        }
    }
}
