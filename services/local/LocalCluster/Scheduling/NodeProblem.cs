namespace Platform.LocalCluster.Scheduling;

/// <summary>What speaks against a node, in kube-scheduler's words.</summary>
/// <param name="IsLasting">It would remain if every other pod were gone.</param>
public sealed record NodeProblem(string Reason, bool IsLasting)
{
    /// <summary>As kube-scheduler words it: how many nodes, how many of them for which reason, and that nobody is preempted.</summary>
    public static string Message(IReadOnlyList<IReadOnlyList<NodeProblem>> nodes) => nodes.Count == 0
        ? "no nodes available to schedule pods"
        : $"{Sentence(nodes.Count, nodes.SelectMany(problems => problems.Select(problem => problem.Reason)))} "
            + "preemption: " + Sentence(nodes.Count, nodes.Select(problems => problems.Any(problem => problem.IsLasting)
                ? "Preemption is not helpful for scheduling"
                : "No preemption victims found for incoming pod"));

    private static string Sentence(int nodes, IEnumerable<string> reasons) =>
        $"0/{nodes} nodes are available: {string.Join(", ", reasons.CountBy(reason => reason).Select(entry => $"{entry.Value} {entry.Key}").Order(StringComparer.Ordinal))}.";
}
