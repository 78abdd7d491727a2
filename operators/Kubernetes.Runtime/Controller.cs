using System.Diagnostics;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime;

/// <summary>What the operator service runs; one per <see cref="IEntityController{T}"/>.</summary>
internal interface IController
{
    /// <summary>Fills the caches. Ends when cancelled.</summary>
    Task WatchAsync(CancellationToken cancellation);

    /// <summary>Reconciles. Ends when cancelled, after the reconciliations under way.</summary>
    Task WorkAsync(CancellationToken cancellation);
}

/// <summary>The watches, the queue and the workers of one kind.</summary>
internal sealed partial class Controller<T, TController> : IController, IEntityRequeue<T>, IDisposable
    where T : class, IKubernetesObject<V1ObjectMeta>
    where TController : class, IEntityController<T>
{
    private static readonly string Name = ResourceApi<T>.Kind.Kind.ToLowerInvariant();
    private readonly IServiceScopeFactory _scopes;
    private readonly OperatorOptions _options;
    private readonly ILogger _logger;
    private readonly ResourceApi<T> _api;
    private readonly Informer<T> _informer;
    private readonly IReadOnlyList<OwnedWatch> _owned;
    private readonly IReadOnlyList<FinalizerRegistration<T>> _finalizers;
    private readonly WorkQueue _queue;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ObjectKey, T> _gone = new();

    public Controller(IKubernetes client, IServiceScopeFactory scopes, OperatorOptions options, TimeProvider time, ILoggerFactory loggers,
        IEnumerable<OwnedRegistration<T>> owned, IEnumerable<FinalizerRegistration<T>> finalizers)
    {
        (_scopes, _options, _logger) = (scopes, options, loggers.CreateLogger(typeof(TController)));
        _api = new(client, options.Namespace);
        _queue = new(Name, options.FirstRetry, options.LongestRetry, time);
        _informer = new(_api, null, options, time, _logger);
        _informer.Changed += Enqueue;
        _owned = [.. owned.Select(registration => registration.Watch(client, options, time, _logger, _queue.Add))];
        _finalizers = [.. finalizers];
    }

    public bool Requeue(string uid, TimeSpan delay)
    {
        if (_informer.Objects.FirstOrDefault(entity => entity.Metadata.Uid == uid) is not { } known) return false;
        _queue.AddAfter(ObjectKey.Of(known), delay);
        return true;
    }

    public Task WatchAsync(CancellationToken cancellation) =>
        Task.WhenAll(_owned.Select(watch => watch.Run(cancellation)).Append(_informer.RunAsync(cancellation)));

    public async Task WorkAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_owned.Select(watch => watch.Synced).Append(_informer.Synced)).WaitAsync(cancellation);
        await Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => RunWorkerAsync(cancellation)));
    }

    public void Dispose() => _queue.Dispose();

    private void Enqueue(T entity, bool gone)
    {
        if (gone) _gone[ObjectKey.Of(entity)] = entity;
        _queue.Add(ObjectKey.Of(entity));
    }

    private async Task RunWorkerAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await _queue.TakeAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await WorkOnAsync(key, cancellation);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    private async Task WorkOnAsync(ObjectKey key, CancellationToken cancellation)
    {
        RuntimeMetrics.Started(Name);
        var (started, result) = (Stopwatch.GetTimestamp(), "success");
        try
        {
            var next = await ReconcileAsync(key, cancellation);
            _queue.Forget(key);
            if (next.RequeueAfter is not { } delay) return;
            result = "requeue_after";
            _queue.AddAfter(key, delay);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            result = "canceled";
        }
        catch (ApiStatusException refused) when (refused.IsConflict)
        {
            // Somebody was faster: read again and decide anew.
            result = "requeue";
            _queue.AddRateLimited(key);
        }
        catch (Exception problem)
        {
            // Whatever it is, the object must come back: giving up would leave it as it is for ever.
            result = "error";
            LogFailed(problem, Name, key);
            _queue.AddRateLimited(key);
        }
        finally
        {
            RuntimeMetrics.Finished(Name, result, Stopwatch.GetElapsedTime(started));
        }
    }

    // Reads the object itself, not the cache: what is decided on is never older than the last write.
    private async Task<ReconciliationResult> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var controller = scope.ServiceProvider.GetRequiredService<TController>();
        if (_gone.TryGetValue(key, out var gone))
        {
            await controller.DeletedAsync(gone, cancellation);
            _gone.TryRemove(new(key, gone));
        }

        var entity = await _api.GetAsync(key, cancellation);
        if (entity is null) return ReconciliationResult.Done;
        if (entity.Metadata.DeletionTimestamp is not null) return await FinalizeAsync(scope.ServiceProvider, entity, cancellation);
        foreach (var finalizer in _finalizers) entity = await Finalizers.AttachAsync(_api, entity, finalizer.Name, cancellation);
        return await controller.ReconcileAsync(entity, cancellation);
    }

    private async Task<ReconciliationResult> FinalizeAsync(IServiceProvider services, T entity, CancellationToken cancellation)
    {
        foreach (var registration in _finalizers)
        {
            if (entity.Metadata.Finalizers?.Contains(registration.Name) != true) continue;
            var result = await registration.Resolve(services).FinalizeAsync(entity, cancellation);
            if (result.RequeueAfter is not null) return result;
            await Finalizers.DetachAsync(_api, entity, registration.Name, cancellation);
            return ReconciliationResult.Done; // The write brings the object back for the next finalizer.
        }

        return ReconciliationResult.Done;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reconciling {Kind} {Key} failed and is tried again")]
    private partial void LogFailed(Exception problem, string kind, ObjectKey key);
}
