using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>A Job's successPolicy: the indexes, or the number of them, that are enough.</summary>
public static class SuccessRules
{
    public static string? FirstMet(V1Job job, SortedSet<int> succeeded)
    {
        var rules = job.Spec.SuccessPolicy?.Rules ?? [];
        for (var position = 0; position < rules.Count; position++)
        {
            var wanted = rules[position].SucceededIndexes is { } text
                ? CompletionIndexes.Parse(text, job.Spec.Completions ?? 0)
                : null;
            var met = wanted is null ? succeeded.Count : wanted.Count(succeeded.Contains);
            if (met >= (rules[position].SucceededCount ?? wanted?.Count ?? int.MaxValue))
            {
                return $"Matched rules at index {position}";
            }
        }

        return null;
    }
}
