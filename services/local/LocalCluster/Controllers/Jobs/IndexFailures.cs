using System.Globalization;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>
/// backoffLimitPerIndex: how often each index has failed. The count travels in an annotation from the failed pod to its
/// replacement; the last failed pod of an index keeps its finalizer until the replacement exists, so the count survives.
/// </summary>
public sealed class IndexFailures
{
    private readonly V1Job _job;
    private readonly Dictionary<int, V1Pod> _lastFailed = [];

    public IndexFailures(V1Job job, IReadOnlyList<V1Pod> pods, SortedSet<int> succeeded)
    {
        _job = job;
        Failed = CompletionIndexes.Parse(job.Status.FailedIndexes, job.Spec.Completions ?? 0);
        var replaced = pods.Where(JobPods.IsActive).Select(CompletionIndexes.Of).ToHashSet();
        foreach (var pod in pods.Where(pod => JobPods.IsTracked(pod) && JobPods.IsFailed(job, pod)))
        {
            if (CompletionIndexes.Of(pod) is not { } index || index >= job.Spec.Completions)
            {
                continue;
            }

            if (ExceedsLimit(pod))
            {
                Failed.Add(index);
            }

            if (!_lastFailed.TryGetValue(index, out var other) || Total(pod) > Total(other))
            {
                _lastFailed[index] = pod;
            }
        }

        Failed.ExceptWith(succeeded);
        foreach (var index in _lastFailed.Keys.Where(index => replaced.Contains(index) || Failed.Contains(index) || succeeded.Contains(index)).ToList())
        {
            Released.Add(_lastFailed[index].Metadata.Uid);
        }
    }

    public SortedSet<int> Failed { get; }

    private HashSet<string> Released { get; } = [];

    /// <summary>The pod carries the count of an index that has no replacement yet.</summary>
    public bool MustKeep(V1Pod pod) =>
        CompletionIndexes.Of(pod) is { } index
        && _lastFailed.TryGetValue(index, out var last)
        && last.Metadata.Uid == pod.Metadata.Uid
        && !Released.Contains(pod.Metadata.Uid);

    public TimeSpan Remaining(int index, JobControllerOptions options, DateTimeOffset now) =>
        _lastFailed.TryGetValue(index, out var last)
            ? BackOffRecord.Delay(options, Total(last) + 1) - (now - JobPods.EndOf(last, now))
            : TimeSpan.Zero;

    /// <summary>The annotations of the pod that replaces the last failed one.</summary>
    public IEnumerable<KeyValuePair<string, string>> Annotations(int index)
    {
        var (failures, ignored) = (0, 0);
        if (_lastFailed.TryGetValue(index, out var last))
        {
            var counts = PodFailureRules.Judge(_job, last).Counts;
            failures = Read(last, JobLabels.IndexFailureCount) + (counts ? 1 : 0);
            ignored = Read(last, JobLabels.IndexIgnoredFailureCount) + (counts ? 0 : 1);
        }

        yield return new(JobLabels.IndexFailureCount, failures.ToString(CultureInfo.InvariantCulture));
        if (ignored > 0)
        {
            yield return new(JobLabels.IndexIgnoredFailureCount, ignored.ToString(CultureInfo.InvariantCulture));
        }
    }

    private bool ExceedsLimit(V1Pod pod)
    {
        var verdict = PodFailureRules.Judge(_job, pod);
        return verdict.Action == PodFailureRules.FailIndex
            || (verdict.Counts && Read(pod, JobLabels.IndexFailureCount) >= _job.Spec.BackoffLimitPerIndex);
    }

    private static int Total(V1Pod pod) => Read(pod, JobLabels.IndexFailureCount) + Read(pod, JobLabels.IndexIgnoredFailureCount);

    private static int Read(V1Pod pod, string annotation) =>
        pod.Metadata.Annotations?.TryGetValue(annotation, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;
}
