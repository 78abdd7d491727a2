using k8s.Models;

namespace Platform.LocalCluster.Controllers.Namespaces;

/// <summary>The five conditions of a namespace that is being deleted, in the words of Kubernetes.</summary>
public static class NamespaceConditions
{
    public static IList<V1NamespaceCondition> For(
        IReadOnlyList<Remaining> remains, IList<V1NamespaceCondition> earlier, DateTime now)
    {
        // "configmaps." has no group, hence the lone dot.
        var content = remains.Select(left => $"{left.Resource.Plural}.{left.Resource.Group} has {left.Items.Count} resource instances");
        var finalizers = remains
            .SelectMany(left => left.Items)
            .SelectMany(item => item.Metadata.Finalizers ?? [])
            .CountBy(finalizer => finalizer)
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key} in {entry.Value} resource instances")
            .ToList();
        return
        [
            Condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            Condition("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            Condition("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            remains.Count > 0
                ? Condition("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", content)}")
                : Condition("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed"),
            finalizers.Count > 0
                ? Condition("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}")
                : Condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        ];

        V1NamespaceCondition Condition(string type, bool status, string reason, string message)
        {
            var value = status ? "True" : "False";
            var before = earlier.FirstOrDefault(condition => condition.Type == type);
            return new V1NamespaceCondition
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
