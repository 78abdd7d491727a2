using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>Whether and why a Job ends: a chain of named checks, the first that answers decides.</summary>
public static class JobOutcome
{
    private static readonly Func<JobState, V1JobCondition?>[] BeforePods =
    [
        AlreadyDecided,
        PolicyFailsTheJob,
        BackOffLimitIsExceeded,
        DeadlineIsExceeded,
        TooManyIndexesFailed,
        EveryIndexEndedAndSomeFailed,
        SuccessPolicyIsMet,
    ];

    public static V1JobCondition? Decide(JobState state) =>
        BeforePods.Select(check => check(state)).FirstOrDefault(outcome => outcome is not null);

    /// <summary>Asked after the pods were managed: a Job is complete when nothing runs any more.</summary>
    public static V1JobCondition? Completion(JobState state)
    {
        var enough = state.Job.Spec.Completions is { } completions
            ? state.Succeeded >= completions
            : state.Succeeded > 0;
        return enough && state.Active.Count == 0
            ? Success("CompletionsReached", "Reached expected number of succeeded pods")
            : null;
    }

    public static TimeSpan? UntilDeadline(JobState state) =>
        state.Job.Spec.ActiveDeadlineSeconds is { } seconds && state.Job.Status.StartTime is { } start && !state.IsSuspended
            ? TimeSpan.FromSeconds(seconds) - (state.Now.UtcDateTime - start.ToUniversalTime())
            : null;

    private static V1JobCondition? AlreadyDecided(JobState state)
    {
        foreach (var type in new[] { JobConditions.FailureTarget, JobConditions.SuccessCriteriaMet })
        {
            if (JobConditions.Find(state.Job, type) is { Status: "True" } decided)
            {
                return new V1JobCondition { Type = type, Status = "True", Reason = decided.Reason, Message = decided.Message };
            }
        }

        return null;
    }

    private static V1JobCondition? PolicyFailsTheJob(JobState state) =>
        PodFailureRules.JobFailure(state.Job, state.Pods) is { } message ? Failure("PodFailurePolicy", message) : null;

    private static V1JobCondition? BackOffLimitIsExceeded(JobState state)
    {
        // The default is the server's; a Job that came without one retries as often as Kubernetes would.
        var limit = state.Job.Spec.BackoffLimit ?? 6;
        return state.Failed > limit || RestartsReach(state, limit)
            ? Failure("BackoffLimitExceeded", "Job has reached the specified backoff limit")
            : null;
    }

    private static bool RestartsReach(JobState state, int limit)
    {
        if (state.Job.Spec.Template.Spec.RestartPolicy != "OnFailure")
        {
            return false;
        }

        var restarts = state.Pods
            .Where(pod => pod.Status?.Phase is "Running" or "Pending")
            .SelectMany(pod => (pod.Status.InitContainerStatuses ?? []).Concat(pod.Status.ContainerStatuses ?? []))
            .Sum(container => container.RestartCount);
        return limit == 0 ? restarts > 0 : restarts >= limit;
    }

    private static V1JobCondition? DeadlineIsExceeded(JobState state) =>
        UntilDeadline(state) <= TimeSpan.Zero
            ? Failure("DeadlineExceeded", "Job was active longer than specified deadline")
            : null;

    private static V1JobCondition? TooManyIndexesFailed(JobState state) =>
        JobPods.HasLimitPerIndex(state.Job) && state.Indexes.Failed.Count > state.Job.Spec.MaxFailedIndexes
            ? Failure("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
            : null;

    private static V1JobCondition? EveryIndexEndedAndSomeFailed(JobState state) =>
        JobPods.HasLimitPerIndex(state.Job)
        && state.Indexes.Failed.Count > 0
        && state.Indexes.Failed.Count + state.SucceededIndexes.Count >= state.Job.Spec.Completions
            ? Failure("FailedIndexes", "Job has failed indexes")
            : null;

    private static V1JobCondition? SuccessPolicyIsMet(JobState state) =>
        state.IsIndexed && SuccessRules.FirstMet(state.Job, state.SucceededIndexes) is { } message
            ? Success("SuccessPolicy", message)
            : null;

    private static V1JobCondition Success(string reason, string message) => Outcome(JobConditions.SuccessCriteriaMet, reason, message);

    private static V1JobCondition Failure(string reason, string message) => Outcome(JobConditions.FailureTarget, reason, message);

    private static V1JobCondition Outcome(string type, string reason, string message) =>
        new() { Type = type, Status = "True", Reason = reason, Message = message };
}
