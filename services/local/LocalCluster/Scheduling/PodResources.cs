using k8s.Models;

namespace Platform.LocalCluster.Scheduling;

/// <summary>What a pod asks of a node, by resource name; exact, as decimals.</summary>
public static class PodResources
{
    /// <summary>
    /// The larger of what the pod asks for while its init containers run and afterwards. Those run one after another, so the
    /// largest of them counts; sidecars stay and add to whatever runs after them.
    /// </summary>
    public static Dictionary<string, decimal> RequestsOf(V1Pod pod)
    {
        Dictionary<string, decimal> sidecars = [], before = [], total = [];
        foreach (var container in pod.Spec.InitContainers ?? [])
        {
            var isSidecar = container.RestartPolicy == "Always";
            Dictionary<string, decimal> now = new(sidecars);
            Add(now, container.Resources?.Requests);
            foreach (var (name, amount) in now)
            {
                before[name] = Math.Max(before.GetValueOrDefault(name), amount);
            }

            sidecars = isSidecar ? now : sidecars;
        }

        foreach (var container in pod.Spec.Containers)
        {
            Add(total, container.Resources?.Requests);
        }

        foreach (var name in total.Keys.Union(before.Keys).ToList())
        {
            total[name] = Math.Max(total.GetValueOrDefault(name) + sidecars.GetValueOrDefault(name), before.GetValueOrDefault(name));
        }

        Add(total, pod.Spec.Overhead);
        total["pods"] = 1;
        return total;
    }

    private static void Add(Dictionary<string, decimal> total, IDictionary<string, ResourceQuantity>? more)
    {
        foreach (var (name, quantity) in more ?? new Dictionary<string, ResourceQuantity>())
        {
            total[name] = total.GetValueOrDefault(name) + quantity.ToDecimal();
        }
    }

    public static Dictionary<string, decimal> AllocatableOf(V1Node node) =>
        (node.Status?.Allocatable ?? new Dictionary<string, ResourceQuantity>())
        .ToDictionary(entry => entry.Key, entry => entry.Value.ToDecimal());
}
