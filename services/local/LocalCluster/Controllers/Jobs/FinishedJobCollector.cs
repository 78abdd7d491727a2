using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>ttlSecondsAfterFinished: deletes a Job that long after it ended, its pods first.</summary>
public sealed partial class FinishedJobCollector
{
    private readonly IKubernetes _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ObjectWatch<V1Job> _jobs;
    private readonly WorkQueue<ObjectKey> _queue;

    public FinishedJobCollector(IKubernetes client, TimeProvider time, ILogger<FinishedJobCollector> logger)
    {
        (_client, _time, _logger) = (client, time, logger);
        _jobs = new ObjectWatch<V1Job>(client, ResourceType.Jobs, time, logger);
        _queue = new WorkQueue<ObjectKey>(time);
        _jobs.Changed += (_, job) =>
        {
            if (job is not null && Remaining(job) is not null)
            {
                _queue.Add(ObjectKey.Of(job));
            }
        };
    }

    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        _jobs.RunAsync(stopping),
        _queue.RunAsync(1, CollectAsync, (key, failure) => LogRetry(key, failure.Message), stopping));

    private TimeSpan? Remaining(V1Job job)
    {
        var end = new[] { JobConditions.Complete, JobConditions.Failed }
            .Where(type => JobConditions.IsTrue(job, type))
            .Select(type => JobConditions.Find(job, type)!.LastTransitionTime)
            .FirstOrDefault();
        return job.Spec.TtlSecondsAfterFinished is { } seconds && end is { } ended && job.Metadata.DeletionTimestamp is null
            ? ended.ToUniversalTime() + TimeSpan.FromSeconds(seconds) - _time.GetUtcNow().UtcDateTime
            : null;
    }

    private async Task CollectAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_jobs.Find(key) is not { } job || Remaining(job) is not { } remaining)
        {
            return;
        }

        if (remaining > TimeSpan.Zero)
        {
            _queue.AddAfter(key, remaining);
            return;
        }

        try
        {
            // The version is a precondition too: a Job whose TTL was just raised stays.
            await _client.BatchV1.DeleteNamespacedJobAsync(key.Name, key.Namespace, new V1DeleteOptions
            {
                PropagationPolicy = "Foreground",
                Preconditions = new V1Preconditions { Uid = job.Metadata.Uid, ResourceVersion = job.Metadata.ResourceVersion },
            }, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            // Deleted by someone else.
        }
    }

    [LoggerMessage(LogLevel.Debug, "The deletion of Job {Key} after its time to live will be tried again: {Failure}")]
    private partial void LogRetry(ObjectKey key, string failure);
}
