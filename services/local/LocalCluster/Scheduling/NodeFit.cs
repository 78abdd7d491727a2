using k8s.Models;

namespace Platform.LocalCluster.Scheduling;

/// <summary>Whether a node takes a pod: a chain of named checks; each says in the scheduler's words what is wrong.</summary>
public static class NodeFit
{
    private delegate string? Check(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used);

    private static readonly Check[] Checks = [IsSchedulable, ToleratesTaints, MatchesSelector, HasRoom];

    /// <returns>The first reason against the node; null: it fits.</returns>
    public static string? FirstProblem(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used) =>
        Checks.Select(check => check(pod, node, used)).FirstOrDefault(problem => problem is not null);

    private static string? IsSchedulable(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used)
    {
        if (node.Spec?.Unschedulable == true)
        {
            return "node(s) were unschedulable";
        }

        var ready = node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
        return ready ? null : "node(s) were not ready";
    }

    private static string? ToleratesTaints(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used)
    {
        var taint = (node.Spec?.Taints ?? [])
            .Where(taint => taint.Effect is "NoSchedule" or "NoExecute")
            .FirstOrDefault(taint => !(pod.Spec.Tolerations ?? []).Any(toleration => Tolerates(toleration, taint)));
        return taint is null ? null : $"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}";
    }

    private static bool Tolerates(V1Toleration toleration, V1Taint taint) =>
        (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect)
        && (string.IsNullOrEmpty(toleration.Key) || toleration.Key == taint.Key)
        && (toleration.OperatorProperty == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));

    private static string? MatchesSelector(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used)
    {
        var labels = node.Metadata.Labels ?? new Dictionary<string, string>();
        var matches = (pod.Spec.NodeSelector ?? new Dictionary<string, string>())
            .All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);
        var terms = pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms;
        return matches && (terms is null || terms.Any(term => Matches(term, node, labels)))
            ? null
            : "node(s) didn't match Pod's node affinity/selector";
    }

    private static bool Matches(V1NodeSelectorTerm term, V1Node node, IDictionary<string, string> labels) =>
        (term.MatchExpressions ?? []).All(requirement => Matches(requirement, labels.TryGetValue(requirement.Key, out var value) ? value : null))
        && (term.MatchFields ?? []).All(requirement => requirement.Key == "metadata.name" && Matches(requirement, node.Metadata.Name))
        && (term.MatchExpressions?.Count ?? 0) + (term.MatchFields?.Count ?? 0) > 0;

    private static bool Matches(V1NodeSelectorRequirement requirement, string? value) => requirement.OperatorProperty switch
    {
        "In" => value is not null && requirement.Values.Contains(value),
        "NotIn" => value is null || !requirement.Values.Contains(value),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => long.TryParse(value, out var number) && number > long.Parse(requirement.Values[0]),
        "Lt" => long.TryParse(value, out var number) && number < long.Parse(requirement.Values[0]),
        _ => false,
    };

    private static string? HasRoom(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used)
    {
        var allocatable = PodResources.AllocatableOf(node);
        foreach (var (name, wanted) in PodResources.RequestsOf(pod).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (wanted > allocatable.GetValueOrDefault(name) - used.GetValueOrDefault(name) && wanted > 0)
            {
                return name == "pods" ? "Too many pods" : $"Insufficient {name}";
            }
        }

        return null;
    }
}
