using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>Which pods of a running Job to delete and which to make.</summary>
public sealed record PodPlan(IReadOnlyList<V1Pod> Delete, IReadOnlyList<V1Pod> Create, TimeSpan? LookAgain)
{
    private static readonly PodPlan Nothing = new([], [], null);

    public static PodPlan For(JobState state, JobControllerOptions options)
    {
        if (state.IsSuspended)
        {
            return Nothing with { Delete = state.Active };
        }

        var wanted = Wanted(state);
        var excess = Excess(state, state.Active.Count - wanted);
        if (excess.Count > 0)
        {
            return Nothing with { Delete = excess };
        }

        var leaving = JobPods.ReplacesOnlyFailed(state.Job) ? state.Terminating : 0;
        var missing = wanted - leaving - state.Active.Count;
        if (missing <= 0)
        {
            return Nothing;
        }

        if (!JobPods.HasLimitPerIndex(state.Job) && state.BackOff.Remaining(state.Now) is { Ticks: > 0 } wait)
        {
            return Nothing with { LookAgain = wait };
        }

        return state.IsIndexed
            ? ForIndexes(state, missing, options)
            : Nothing with { Create = [.. Enumerable.Range(0, missing).Select(_ => PodTemplate.Render(state.Job, null, []))] };
    }

    private static int Wanted(JobState state)
    {
        var parallelism = state.Job.Spec.Parallelism ?? 1;
        if (state.Job.Spec.Completions is not { } completions)
        {
            // A work queue: after the first success the others only run to their end.
            return state.Succeeded > 0 ? state.Active.Count : parallelism;
        }

        var failedIndexes = JobPods.HasLimitPerIndex(state.Job) ? state.Indexes.Failed.Count : 0;
        return Math.Clamp(completions - state.Succeeded - failedIndexes, 0, parallelism);
    }

    private static List<V1Pod> Excess(JobState state, int atLeast)
    {
        List<V1Pod> excess = [];
        if (state.IsIndexed)
        {
            // Duplicates of an index, and indexes beyond the completions, go whatever the numbers say.
            excess.AddRange(state.Active.Where(pod => CompletionIndexes.Of(pod) is not { } index || index >= state.Job.Spec.Completions));
            excess.AddRange(state.Active.Except(excess)
                .GroupBy(CompletionIndexes.Of)
                .SelectMany(group => JobPods.CheapestFirst(group).SkipLast(1)));
        }

        excess.AddRange(JobPods.CheapestFirst(state.Active.Except(excess)).Take(Math.Max(0, atLeast - excess.Count)));
        return excess;
    }

    private static PodPlan ForIndexes(JobState state, int missing, JobControllerOptions options)
    {
        var taken = state.Pods
            .Where(pod => JobPods.IsActive(pod) || (JobPods.ReplacesOnlyFailed(state.Job) && JobPods.IsTerminating(pod)))
            .Select(CompletionIndexes.Of)
            .ToHashSet();
        var perIndex = JobPods.HasLimitPerIndex(state.Job);
        var pending = Enumerable.Range(0, state.Job.Spec.Completions ?? 0)
            .Where(index => !taken.Contains(index) && !state.SucceededIndexes.Contains(index) && !(perIndex && state.Indexes.Failed.Contains(index)))
            .Take(missing)
            .Select(index => (Index: index, Wait: perIndex ? state.Indexes.Remaining(index, options, state.Now) : TimeSpan.Zero))
            .ToList();
        var now = pending.Where(entry => entry.Wait <= TimeSpan.Zero);
        var later = pending.Where(entry => entry.Wait > TimeSpan.Zero).Select(entry => entry.Wait).ToList();
        return new PodPlan(
            [],
            [.. now.Select(entry => PodTemplate.Render(state.Job, entry.Index, perIndex ? state.Indexes.Annotations(entry.Index) : []))],
            later.Count > 0 ? later.Min() : null);
    }
}
