using k8s.Models;

namespace Platform.LocalCluster.Scheduling;

/// <summary>Whether a node takes a pod: a chain of named checks, of which the first that is not content speaks for the node.</summary>
public static class NodeFit
{
    private const string NotReady = "node.kubernetes.io/not-ready";
    private const string Cordoned = "node.kubernetes.io/unschedulable";

    private delegate IEnumerable<NodeProblem> Check(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used);

    private static readonly Check[] Checks = [IsSchedulable, ToleratesTaints, MatchesSelector, HasRoom];

    /// <returns>What speaks against the node; nothing: it fits.</returns>
    public static IReadOnlyList<NodeProblem> Problems(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used) =>
        Checks.Select(check => check(pod, node, used).ToList()).FirstOrDefault(problems => problems.Count > 0) ?? [];

    /// <summary>Whether the node matches the term; an empty one matches none.</summary>
    public static bool Matches(V1NodeSelectorTerm term, V1Node node)
    {
        var labels = node.Metadata.Labels ?? new Dictionary<string, string>();
        return (term.MatchExpressions ?? []).All(requirement => Matches(requirement, labels.TryGetValue(requirement.Key, out var value) ? value : null))
            && (term.MatchFields ?? []).All(requirement => requirement.Key == "metadata.name" && Matches(requirement, node.Metadata.Name))
            && (term.MatchExpressions?.Count ?? 0) + (term.MatchFields?.Count ?? 0) > 0;
    }

    public static bool Tolerates(V1Pod pod, V1Taint taint) => (pod.Spec.Tolerations ?? []).Any(toleration => Tolerates(toleration, taint));

    private static IEnumerable<NodeProblem> IsSchedulable(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used) =>
        node.Spec?.Unschedulable == true && !Tolerates(pod, new V1Taint { Key = Cordoned, Effect = "NoSchedule" })
            ? [new NodeProblem("node(s) were unschedulable", IsLasting: true)]
            : [];

    private static IEnumerable<NodeProblem> ToleratesTaints(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used)
    {
        // On a cluster a controller taints the nodes that are not ready; here the condition itself is the taint.
        var ready = node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
        IEnumerable<V1Taint> taints = [.. node.Spec?.Taints ?? [], .. ready ? [] : (V1Taint[])[new V1Taint { Key = NotReady, Effect = "NoSchedule" }]];
        var taint = taints.FirstOrDefault(taint => taint.Effect is "NoSchedule" or "NoExecute" && !Tolerates(pod, taint));
        return taint is null ? [] : [new NodeProblem($"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}", IsLasting: true)];
    }

    private static bool Tolerates(V1Toleration toleration, V1Taint taint) =>
        (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect)
        && (string.IsNullOrEmpty(toleration.Key) || toleration.Key == taint.Key)
        && (toleration.OperatorProperty == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));

    private static IEnumerable<NodeProblem> MatchesSelector(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used)
    {
        var labels = node.Metadata.Labels ?? new Dictionary<string, string>();
        var matches = (pod.Spec.NodeSelector ?? new Dictionary<string, string>())
            .All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);
        var terms = pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms;
        return matches && (terms is null || terms.Any(term => Matches(term, node)))
            ? []
            : [new NodeProblem("node(s) didn't match Pod's node affinity/selector", IsLasting: true)];
    }

    private static bool Matches(V1NodeSelectorRequirement requirement, string? value) => requirement.OperatorProperty switch
    {
        "In" => value is not null && requirement.Values.Contains(value),
        "NotIn" => value is null || !requirement.Values.Contains(value),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => long.TryParse(value, out var number) && long.TryParse(requirement.Values.FirstOrDefault(), out var bound) && number > bound,
        "Lt" => long.TryParse(value, out var number) && long.TryParse(requirement.Values.FirstOrDefault(), out var bound) && number < bound,
        _ => false,
    };

    private static IEnumerable<NodeProblem> HasRoom(V1Pod pod, V1Node node, IReadOnlyDictionary<string, decimal> used)
    {
        var allocatable = PodResources.AllocatableOf(node);
        return PodResources.RequestsOf(pod)
            .Where(entry => entry.Value > 0 && entry.Value > allocatable.GetValueOrDefault(entry.Key) - used.GetValueOrDefault(entry.Key))
            .Select(entry => new NodeProblem(
                entry.Key == "pods" ? "Too many pods" : $"Insufficient {entry.Key}", IsLasting: entry.Value > allocatable.GetValueOrDefault(entry.Key)));
    }
}
