using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>
/// One pass over one Job. It reads the Job and its pods from the server, not from a copy that may lag behind: so a pod
/// is never made twice, and no record of expectations is needed.
/// </summary>
public sealed class JobSync(IKubernetes client, JobControllerOptions options, EventRecorder events, TimeProvider time)
{
    private readonly JobPodControl _pods = new(client, events);

    /// <returns>When to look again, if there is a reason to.</returns>
    public async Task<TimeSpan?> RunAsync(V1Job job, BackOffRecord backOff, CancellationToken cancel)
    {
        var pods = await PodsOfAsync(job, cancel);
        if (JobConditions.IsFinished(job) || job.Spec.ManagedBy is not (null or "kubernetes.io/job-controller"))
        {
            await ReleaseFinishedAsync(job, pods, cancel);
            return null;
        }

        var before = KubernetesJson.Serialize(job.Status ?? new V1JobStatus());
        var now = time.GetUtcNow();
        backOff.Observe(job, pods, now);
        var state = new JobState(job, pods, backOff, now);
        if (!state.IsSuspended)
        {
            state.Job.Status.StartTime ??= state.Timestamp;
        }

        state.Outcome = JobOutcome.Decide(state);
        var again = state.Outcome is null ? await ManageAsync(state, cancel) : null;
        if (state.Outcome is not null)
        {
            await StopActiveAsync(state, cancel);
        }

        await AccountAsync(state, before, cancel);
        return Sooner(again, state.Outcome is null ? JobOutcome.UntilDeadline(state) : null);
    }

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    private async Task<TimeSpan?> ManageAsync(JobState state, CancellationToken cancel)
    {
        if (state.Job.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }

        var plan = PodPlan.For(state, options);
        foreach (var pod in plan.Delete)
        {
            // Given up by the Job, not failed: released first, so that it is not counted.
            await _pods.ReleaseAsync(pod, cancel);
            await StopAsync(state, pod, cancel);
        }

        foreach (var pod in plan.Create)
        {
            state.Active.Add(await _pods.CreateAsync(state.Job, pod, cancel));
        }

        state.Outcome = JobOutcome.Completion(state);
        if (state.Outcome is null)
        {
            NoteSuspension(state);
        }

        return plan.LookAgain;
    }

    private void NoteSuspension(JobState state)
    {
        if (state.IsSuspended)
        {
            if (JobConditions.Set(state.Job, JobConditions.Suspended, true, "JobSuspended", "Job suspended", state.Timestamp))
            {
                events.Normal(state.Job, "Suspended", "Job suspended");
            }

            state.Job.Status.StartTime = null;
        }
        else if (JobConditions.Find(state.Job, JobConditions.Suspended) is not null
            && JobConditions.Set(state.Job, JobConditions.Suspended, false, "JobResumed", "Job resumed", state.Timestamp))
        {
            // The deadline of a resumed Job starts anew.
            state.Job.Status.StartTime = state.Timestamp;
            events.Normal(state.Job, "Resumed", "Job resumed");
        }
    }

    private async Task StopActiveAsync(JobState state, CancellationToken cancel)
    {
        // The reason is written before the first pod goes: after a crash in between the Job still ends for it.
        if (state.Active.Count > 0 && JobConditions.Find(state.Job, state.Outcome!.Type) is null)
        {
            JobConditions.Set(state.Job, state.Outcome.Type, true, state.Outcome.Reason, state.Outcome.Message, state.Timestamp);
            await WriteStatusAsync(state, cancel);
        }

        foreach (var pod in state.Active.ToList())
        {
            await StopAsync(state, pod, cancel);
        }
    }

    private async Task StopAsync(JobState state, V1Pod pod, CancellationToken cancel)
    {
        await _pods.DeleteAsync(state.Job, pod, cancel);
        state.Active.Remove(pod);
        state.Ready = state.Active.Count(JobPods.IsReady);
        state.Terminating++;
    }

    private async Task AccountAsync(JobState state, string before, CancellationToken cancel)
    {
        var release = JobAccounting.Note(state);
        before = await WriteIfChangedAsync(state, before, cancel);

        foreach (var pod in release)
        {
            await _pods.ReleaseAsync(pod, cancel);
        }

        var released = release.Select(pod => pod.Metadata.Uid).ToHashSet();
        JobAccounting.Count(state, state.Pods
            .Where(pod => JobPods.IsTracked(pod) && !released.Contains(pod.Metadata.Uid))
            .Select(pod => pod.Metadata.Uid)
            .ToHashSet());
        var finished = JobAccounting.Finish(state);
        await WriteIfChangedAsync(state, before, cancel);
        if (finished)
        {
            RecordEnd(state);
        }
    }

    private void RecordEnd(JobState state)
    {
        if (state.Outcome!.Type == JobConditions.SuccessCriteriaMet)
        {
            events.Normal(state.Job, "Completed", "Job completed");
        }
        else
        {
            events.Warning(state.Job, state.Outcome.Reason, state.Outcome.Message);
        }
    }

    private async Task<string> WriteIfChangedAsync(JobState state, string before, CancellationToken cancel)
    {
        var after = KubernetesJson.Serialize(state.Job.Status);
        if (after != before)
        {
            await WriteStatusAsync(state, cancel);
        }

        return after;
    }

    private async Task WriteStatusAsync(JobState state, CancellationToken cancel)
    {
        var written = await client.BatchV1.ReplaceNamespacedJobStatusAsync(
            state.Job, state.Job.Metadata.Name, state.Job.Metadata.NamespaceProperty, cancellationToken: cancel);
        state.Job.Metadata.ResourceVersion = written.Metadata.ResourceVersion;
    }

    private async Task<IReadOnlyList<V1Pod>> PodsOfAsync(V1Job job, CancellationToken cancel)
    {
        var selector = LabelSelectors.Format(job.Spec.Selector);
        var pods = await client.CoreV1.ListNamespacedPodAsync(job.Metadata.NamespaceProperty, labelSelector: selector, cancellationToken: cancel);
        return [.. pods.Items.Where(pod => JobPods.JobOwner(pod)?.Uid == job.Metadata.Uid)];
    }

    private async Task ReleaseFinishedAsync(V1Job job, IReadOnlyList<V1Pod> pods, CancellationToken cancel)
    {
        if (job.Spec.ManagedBy is not (null or "kubernetes.io/job-controller"))
        {
            return;
        }

        foreach (var pod in pods.Where(JobPods.IsTracked))
        {
            await _pods.ReleaseAsync(pod, cancel);
        }
    }
}
