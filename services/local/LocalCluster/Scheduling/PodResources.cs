using k8s.Models;

namespace Platform.LocalCluster.Scheduling;

/// <summary>What a pod asks of a node, by resource name; exact, as decimals.</summary>
public static class PodResources
{
    public static Dictionary<string, decimal> RequestsOf(V1Pod pod)
    {
        Dictionary<string, decimal> total = [];
        foreach (var container in pod.Spec.Containers)
        {
            foreach (var (name, quantity) in container.Resources?.Requests ?? new Dictionary<string, ResourceQuantity>())
            {
                total[name] = total.GetValueOrDefault(name) + quantity.ToDecimal();
            }
        }

        // Init containers run one after another, before the others: the largest of them counts, not their sum.
        foreach (var container in pod.Spec.InitContainers ?? [])
        {
            foreach (var (name, quantity) in container.Resources?.Requests ?? new Dictionary<string, ResourceQuantity>())
            {
                total[name] = Math.Max(total.GetValueOrDefault(name), quantity.ToDecimal());
            }
        }

        total["pods"] = 1;
        return total;
    }

    public static Dictionary<string, decimal> AllocatableOf(V1Node node) =>
        (node.Status?.Allocatable ?? new Dictionary<string, ResourceQuantity>())
        .ToDictionary(entry => entry.Key, entry => entry.Value.ToDecimal());

}
