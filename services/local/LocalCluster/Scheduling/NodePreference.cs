using k8s.Models;

namespace Platform.LocalCluster.Scheduling;

/// <summary>How much a pod would like a node that it could go to: what it prefers, less the taints that ask it to stay away.</summary>
public static class NodePreference
{
    private const int MostPreferred = 100;  // the largest weight that a preference may have

    public static int Of(V1Pod pod, V1Node node)
    {
        var wished = (pod.Spec.Affinity?.NodeAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? [])
            .Where(wish => NodeFit.Matches(wish.Preference, node))
            .Sum(wish => wish.Weight);
        var avoided = (node.Spec?.Taints ?? []).Count(taint => taint.Effect == "PreferNoSchedule" && !NodeFit.Tolerates(pod, taint));
        return wished - (avoided * MostPreferred);
    }
}
