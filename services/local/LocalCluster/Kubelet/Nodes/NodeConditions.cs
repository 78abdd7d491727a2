using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Nodes;

/// <summary>The conditions of the node, in a kubelet's words.</summary>
public static class NodeConditions
{
    public static IList<V1NodeCondition> For(bool isReady, IList<V1NodeCondition>? earlier, DateTime now)
    {
        return
        [
            Condition("MemoryPressure", false, "KubeletHasSufficientMemory"),
            Condition("DiskPressure", false, "KubeletHasNoDiskPressure"),
            Condition("PIDPressure", false, "KubeletHasSufficientPID"),
            Condition("Ready", isReady, isReady ? "KubeletReady" : "KubeletNotReady"),
        ];

        V1NodeCondition Condition(string type, bool status, string reason)
        {
            var value = status ? "True" : "False";
            var before = earlier?.FirstOrDefault(condition => condition.Type == type);
            return new V1NodeCondition
            {
                Type = type,
                Status = value,
                Reason = reason,
                Message = reason,
                LastHeartbeatTime = now,
                LastTransitionTime = before?.Status == value ? before.LastTransitionTime : now,
            };
        }
    }
}
