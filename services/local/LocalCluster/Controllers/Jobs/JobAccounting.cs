using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>
/// Counts finished pods exactly once, whenever the process dies: (1) a finished pod's UID goes into
/// uncountedTerminatedPods, (2) its finalizer is taken off, (3) the UID leaves the list and the counter rises. Each step
/// is one write; a pod is in the list or held by its finalizer until it is counted.
/// </summary>
public static class JobAccounting
{
    private const int LargestUncounted = 500;

    /// <summary>Notes new results and the outcome in the status.</summary>
    /// <returns>The pods to release once the status is written.</returns>
    public static IReadOnlyList<V1Pod> Note(JobState state)
    {
        List<V1Pod> release = [];
        foreach (var pod in state.Pods.Where(pod => JobPods.IsTracked(pod) && MayRelease(state, pod)))
        {
            release.Add(pod);
            NoteResult(state, pod);
            if ((state.Uncounted.Succeeded?.Count ?? 0) + (state.Uncounted.Failed?.Count ?? 0) >= LargestUncounted)
            {
                break;
            }
        }

        var status = state.Job.Status;
        if (state.IsIndexed)
        {
            status.Succeeded = NullIfZero(state.SucceededIndexes.Count);
            status.CompletedIndexes = NullIfEmpty(CompletionIndexes.Format(state.SucceededIndexes));
            if (JobPods.HasLimitPerIndex(state.Job))
            {
                // An index list exists, even an empty one, as soon as the limit is per index.
                status.FailedIndexes = CompletionIndexes.Format(state.Indexes.Failed);
            }
        }

        status.Active = NullIfZero(state.Active.Count);
        status.Ready = state.Ready;
        status.Terminating = state.Terminating;
        if (state.Outcome is { } outcome)
        {
            JobConditions.Set(state.Job, outcome.Type, true, outcome.Reason, outcome.Message, state.Timestamp);
        }

        return release;
    }

    /// <summary>Moves the released pods from the lists to the counters.</summary>
    public static void Count(JobState state, IReadOnlySet<string> stillHeld)
    {
        var status = state.Job.Status;
        var (uncounted, succeeded, failed) = (state.Uncounted, 0, 0);
        uncounted.Succeeded = Settle(uncounted.Succeeded, stillHeld, ref succeeded);
        uncounted.Failed = Settle(uncounted.Failed, stillHeld, ref failed);
        status.Failed = NullIfZero((status.Failed ?? 0) + failed);
        if (!state.IsIndexed)
        {
            status.Succeeded = NullIfZero((status.Succeeded ?? 0) + succeeded);
        }
    }

    /// <summary>Declares the Job finished when its outcome is known, all is counted and no pod runs any more.</summary>
    /// <returns>Whether it did so now.</returns>
    public static bool Finish(JobState state)
    {
        if (state.Outcome is not { } outcome
            || state.Uncounted.Succeeded is { Count: > 0 } || state.Uncounted.Failed is { Count: > 0 }
            || state.Active.Count > 0 || state.Terminating > 0)
        {
            return false;
        }

        var success = outcome.Type == JobConditions.SuccessCriteriaMet;
        if (success)
        {
            state.Job.Status.CompletionTime ??= state.Timestamp;
        }

        return JobConditions.Set(
            state.Job, success ? JobConditions.Complete : JobConditions.Failed, true, outcome.Reason, outcome.Message, state.Timestamp);
    }

    private static bool MayRelease(JobState state, V1Pod pod)
    {
        if (state.Job.Metadata.DeletionTimestamp is not null || state.Outcome is not null || JobPods.IsSucceeded(pod))
        {
            return true;
        }

        return JobPods.IsFailed(state.Job, pod) && !(JobPods.HasLimitPerIndex(state.Job) && state.Indexes.MustKeep(pod));
    }

    private static void NoteResult(JobState state, V1Pod pod)
    {
        if (!state.IsNew(pod))
        {
            return;
        }

        var index = CompletionIndexes.Of(pod);
        var belongs = !state.IsIndexed || (index is not null && index < state.Job.Spec.Completions);
        if (JobPods.IsSucceeded(pod))
        {
            // An index says by itself that it succeeded; it needs no UID.
            if (!state.IsIndexed)
            {
                state.Uncounted.Succeeded = [.. state.Uncounted.Succeeded ?? [], pod.Metadata.Uid];
            }
        }
        else if (belongs && (JobPods.IsFailed(state.Job, pod) || state.Outcome?.Type == JobConditions.FailureTarget)
            && PodFailureRules.Judge(state.Job, pod).Counts)
        {
            // When the Job has failed, every pod that it stops counts as failed.
            state.Uncounted.Failed = [.. state.Uncounted.Failed ?? [], pod.Metadata.Uid];
        }
    }

    private static List<string>? Settle(IList<string>? uids, IReadOnlySet<string> stillHeld, ref int counted)
    {
        var left = (uids ?? []).Where(stillHeld.Contains).ToList();
        counted = (uids?.Count ?? 0) - left.Count;
        return left.Count > 0 ? left : null;
    }

    private static int? NullIfZero(int value) => value == 0 ? null : value;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
