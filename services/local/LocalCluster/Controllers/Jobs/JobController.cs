using System.Collections.Concurrent;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>Brings Jobs to their end: watches Jobs and pods and runs <see cref="JobSync"/> for each Job that either concerns.</summary>
public sealed partial class JobController
{
    private readonly IKubernetes _client;
    private readonly JobControllerOptions _options;
    private readonly ILogger _logger;
    private readonly ObjectWatch<V1Job> _jobs;
    private readonly ObjectWatch<V1Pod> _pods;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly EventRecorder _events;
    private readonly JobSync _sync;
    private readonly JobPodControl _control;
    private readonly ConcurrentDictionary<string, BackOffRecord> _backOff = new();

    public JobController(IKubernetes client, JobControllerOptions options, TimeProvider time, ILogger<JobController> logger)
    {
        (_client, _options, _logger) = (client, options, logger);
        _jobs = new ObjectWatch<V1Job>(client, ResourceType.Jobs, time, logger);
        _pods = new ObjectWatch<V1Pod>(client, ResourceType.Pods, time, logger);
        _queue = new WorkQueue<ObjectKey>(time);
        _events = new EventRecorder(client, "job-controller", time, logger);
        _sync = new JobSync(client, options, _events, time);
        _control = new JobPodControl(client, _events);
        _jobs.Changed += OnJob;
        _pods.Changed += OnPod;
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var watches = Task.WhenAll(_jobs.RunAsync(stopping), _pods.RunAsync(stopping), _events.RunAsync(stopping));
        await Task.WhenAll(_jobs.Synced, _pods.Synced).WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _queue.RunAsync(_options.Workers, SyncAsync, (key, failure) => LogRetry(key, failure.Message), stopping);
        await watches;
    }

    private void OnJob(V1Job? before, V1Job? after)
    {
        if (after is null)
        {
            _backOff.TryRemove(before!.Metadata.Uid, out _);
        }

        _queue.Add(ObjectKey.Of(after ?? before!));
    }

    private void OnPod(V1Pod? before, V1Pod? after)
    {
        // A pod belongs to the Job that owns it, or did: one that was orphaned keeps the Job's name in a label.
        foreach (var pod in new[] { before, after })
        {
            if (pod is not null && JobNameOf(pod) is { } name)
            {
                _queue.Add(new ObjectKey(pod.Metadata.NamespaceProperty, name));
            }
        }
    }

    private static string? JobNameOf(V1Pod pod) =>
        JobPods.JobOwner(pod)?.Name
        ?? (JobPods.IsTracked(pod) && pod.Metadata.Labels?.TryGetValue(JobLabels.JobName, out var name) == true ? name : null);

    private async Task SyncAsync(ObjectKey key, CancellationToken cancel)
    {
        var job = await FindAsync(key, cancel);
        await ReleaseOrphansAsync(key, job, cancel);
        if (job is null)
        {
            return;
        }

        var record = _backOff.GetOrAdd(job.Metadata.Uid, _ => new BackOffRecord(_options));
        try
        {
            if (await _sync.RunAsync(job, record, cancel) is { } again)
            {
                _queue.AddAfter(key, again);
            }
        }
        catch (HttpOperationException failure) when (failure.IsConflict() || failure.IsNotFound())
        {
            // Somebody else wrote the Job meanwhile; read again what it is now.
            _queue.Add(key);
        }
    }

    /// <summary>Pods whose Job is gone, or that it no longer owns, are let go: nobody will count them.</summary>
    private async Task ReleaseOrphansAsync(ObjectKey key, V1Job? job, CancellationToken cancel)
    {
        foreach (var pod in _pods.Objects.Where(pod => JobPods.IsTracked(pod)
            && pod.Metadata.NamespaceProperty == key.Namespace
            && JobNameOf(pod) == key.Name
            && (job is null || JobPods.JobOwner(pod)?.Uid != job.Metadata.Uid)))
        {
            await _control.ReleaseAsync(pod, cancel);
        }
    }

    private async Task<V1Job?> FindAsync(ObjectKey key, CancellationToken cancel)
    {
        try
        {
            return await _client.BatchV1.ReadNamespacedJobAsync(key.Name, key.Namespace, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Job {Key} will be tried again: {Failure}")]
    private partial void LogRetry(ObjectKey key, string failure);
}
