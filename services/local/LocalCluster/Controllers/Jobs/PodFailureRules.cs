using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>What a Job's podFailurePolicy says about one failed pod.</summary>
public static class PodFailureRules
{
    public const string FailJob = "FailJob";
    public const string FailIndex = "FailIndex";
    public const string Ignore = "Ignore";

    /// <summary>The first rule that matches decides; without one the failure counts.</summary>
    public sealed record Verdict(string? Action, string Message)
    {
        public bool Counts => Action != Ignore;
    }

    private static readonly Verdict NoRule = new(null, "");

    public static Verdict Judge(V1Job job, V1Pod pod)
    {
        var rules = job.Spec.PodFailurePolicy?.Rules ?? [];
        for (var position = 0; position < rules.Count; position++)
        {
            var rule = rules[position];
            if (rule.OnExitCodes is { } codes && FirstMatch(codes, pod) is { } container)
            {
                return new Verdict(
                    rule.Action,
                    $"Container {container.Name} for pod {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} failed with exit code "
                    + $"{container.State.Terminated.ExitCode} matching {rule.Action} rule at index {position}");
            }

            if (rule.OnPodConditions is { Count: > 0 } patterns && FirstMatch(patterns, pod) is { } condition)
            {
                return new Verdict(
                    rule.Action,
                    $"Pod {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} has condition {condition.Type} matching {rule.Action} rule at index {position}");
            }
        }

        return NoRule;
    }

    /// <summary>The message of the first failed pod for which the policy fails the whole Job.</summary>
    public static string? JobFailure(V1Job job, IEnumerable<V1Pod> pods) =>
        job.Spec.PodFailurePolicy is null
            ? null
            : pods.Where(pod => JobPods.IsFailed(job, pod))
                .Select(pod => Judge(job, pod))
                .FirstOrDefault(verdict => verdict.Action == FailJob)?.Message;

    private static V1ContainerStatus? FirstMatch(V1PodFailurePolicyOnExitCodesRequirement rule, V1Pod pod) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? [])
        .Where(container => string.IsNullOrEmpty(rule.ContainerName) || rule.ContainerName == container.Name)
        .FirstOrDefault(container => container.State?.Terminated is { ExitCode: not 0 } ended
            && rule.Values.Contains(ended.ExitCode) == (rule.OperatorProperty == "In"));

    private static V1PodCondition? FirstMatch(IList<V1PodFailurePolicyOnPodConditionsPattern> patterns, V1Pod pod) =>
        (pod.Status?.Conditions ?? []).FirstOrDefault(condition =>
            patterns.Any(pattern => pattern.Type == condition.Type && (pattern.Status ?? "True") == condition.Status));
}
