using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>A Job and its pods as they were read at the start of one sync, and what follows from them.</summary>
public sealed class JobState
{
    public JobState(V1Job job, IReadOnlyList<V1Pod> pods, BackOffRecord backOff, DateTimeOffset now)
    {
        (Job, Pods, BackOff, Now) = (job, pods, backOff, now);
        job.Status ??= new V1JobStatus();
        Uncounted = job.Status.UncountedTerminatedPods ??= new V1UncountedTerminatedPods();
        Active = [.. pods.Where(JobPods.IsActive)];
        Terminating = pods.Count(JobPods.IsTerminating);
        Ready = Active.Count(JobPods.IsReady);
        SucceededIndexes = CompletionIndexes.Parse(job.Status.CompletedIndexes, job.Spec.Completions ?? 0);
        if (JobPods.IsIndexed(job))
        {
            SucceededIndexes.UnionWith(pods
                .Where(pod => JobPods.IsTracked(pod) && JobPods.IsSucceeded(pod))
                .Select(CompletionIndexes.Of)
                .Where(index => index < job.Spec.Completions)
                .Select(index => index!.Value));
        }

        Indexes = new IndexFailures(job, pods, SucceededIndexes);
    }

    public V1Job Job { get; }

    public IReadOnlyList<V1Pod> Pods { get; }

    public BackOffRecord BackOff { get; }

    public DateTimeOffset Now { get; }

    public V1UncountedTerminatedPods Uncounted { get; }

    public List<V1Pod> Active { get; }

    public int Terminating { get; set; }

    public int Ready { get; set; }

    public SortedSet<int> SucceededIndexes { get; }

    public IndexFailures Indexes { get; }

    /// <summary>Why the Job ends, once that is decided: SuccessCriteriaMet or FailureTarget.</summary>
    public V1JobCondition? Outcome { get; set; }

    public bool IsSuspended => Job.Spec.Suspend == true;

    public bool IsIndexed => JobPods.IsIndexed(Job);

    public DateTime Timestamp => Timestamps.Seconds(Now);

    /// <summary>Counted successes and those still to be counted.</summary>
    public int Succeeded => IsIndexed
        ? SucceededIndexes.Count
        : (Job.Status.Succeeded ?? 0) + Count(Uncounted.Succeeded) + Pods.Count(pod => IsNew(pod) && JobPods.IsSucceeded(pod));

    public int Failed => (Job.Status.Failed ?? 0) + Count(Uncounted.Failed)
        + Pods.Count(pod => IsNew(pod) && JobPods.IsFailed(Job, pod) && PodFailureRules.Judge(Job, pod).Counts);

    /// <summary>Held by the finalizer and not yet in one of the uncounted lists.</summary>
    public bool IsNew(V1Pod pod) =>
        JobPods.IsTracked(pod)
        && Uncounted.Succeeded?.Contains(pod.Metadata.Uid) != true
        && Uncounted.Failed?.Contains(pod.Metadata.Uid) != true;

    private static int Count(IList<string>? list) => list?.Count ?? 0;
}
