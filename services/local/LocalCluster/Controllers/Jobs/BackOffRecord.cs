using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>
/// The failures in a row since a Job's last success. Built from the pods that still exist, so that a restart of the
/// controller forgets only those that were deleted; each pod is taken in once.
/// </summary>
public sealed class BackOffRecord(JobControllerOptions options)
{
    private readonly HashSet<string> _seen = [];
    private int _failuresInARow;
    private DateTimeOffset _lastFailure;

    public void Observe(V1Job job, IEnumerable<V1Pod> pods, DateTimeOffset now)
    {
        var ended = pods
            .Where(pod => JobPods.IsSucceeded(pod) || JobPods.IsFailed(job, pod))
            // Let go and then deleted: given up by the Job itself, which is no failure.
            .Where(pod => JobPods.IsTracked(pod) || pod.Metadata.DeletionTimestamp is null)
            .Where(pod => _seen.Add(pod.Metadata.Uid))
            .Select(pod => (Pod: pod, End: JobPods.EndOf(pod, now)))
            .OrderBy(entry => entry.End);
        foreach (var (pod, end) in ended)
        {
            if (JobPods.IsSucceeded(pod))
            {
                _failuresInARow = 0;
            }
            else if (PodFailureRules.Judge(job, pod).Counts)
            {
                _failuresInARow++;
                _lastFailure = end > _lastFailure ? end : _lastFailure;
            }
        }
    }

    /// <summary>How long no new pod may be made yet.</summary>
    public TimeSpan Remaining(DateTimeOffset now) =>
        _failuresInARow == 0 ? TimeSpan.Zero : Delay(options, _failuresInARow) - (now - _lastFailure);

    /// <summary>base, 2·base, 4·base … up to the cap.</summary>
    public static TimeSpan Delay(JobControllerOptions options, int failures)
    {
        // 2^40 times any base is beyond every cap.
        var delay = options.PodBackOff.Ticks * Math.Pow(2, Math.Min(failures - 1, 40));
        return delay < options.LongestPodBackOff.Ticks ? TimeSpan.FromTicks((long)delay) : options.LongestPodBackOff;
    }
}
