using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime;

/// <summary>
/// Keeps a copy of all objects of a kind and tells of every change: a list, then a watch from its version; a version too
/// old lists again, a broken or silent watch goes on where it ended. What changed meanwhile is in the next list or watch.
/// </summary>
internal sealed partial class Informer<T>(ResourceApi<T> api, string? labelSelector, OperatorOptions options, TimeProvider time, ILogger logger)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly ConcurrentDictionary<ObjectKey, T> _objects = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called with the object and whether it is gone, one call at a time.</summary>
    public event Action<T, bool>? Changed;

    /// <summary>Ends after the first complete list.</summary>
    public Task Synced => _synced.Task;

    public ICollection<T> Objects => _objects.Values;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var resync = time.CreateTimer(_ => Resync(), null, options.ResyncPeriod, options.ResyncPeriod);
        string? version = null;
        var failures = 0;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                version ??= await ListAsync(cancellation);
                await foreach (var notice in WatchAsync(version, cancellation))
                {
                    version = notice.Version;
                    failures = 0;
                    Apply(notice);
                }

                RuntimeMetrics.WatchRestarted(ResourceApi<T>.Kind.Kind, "ended");
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException)
            {
                // The connection broke; the version is still good unless the server that comes back says otherwise.
                LogBroken(ResourceApi<T>.Kind.Kind, problem.Message);
                RuntimeMetrics.WatchRestarted(ResourceApi<T>.Kind.Kind, "broken");
            }
            catch (Exception problem)
            {
                // 410 because the version is too old, 504 because it is from a server's former life, nonsense in the stream:
                // whatever it is, a fresh list is right again, and an informer that ends is never.
                LogListsAgain(ResourceApi<T>.Kind.Kind, problem.Message);
                RuntimeMetrics.WatchRestarted(ResourceApi<T>.Kind.Kind, "expired");
                version = null;
            }

            await PauseAsync(++failures, cancellation);
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellation)
    {
        var snapshot = await api.ListAsync(labelSelector, cancellation);
        var gone = _objects.Keys.Except(snapshot.Items.Select(item => ObjectKey.Of(item))).ToList();
        foreach (var item in snapshot.Items) Store(item);
        foreach (var key in gone) Remove(key);
        _synced.TrySetResult();
        return snapshot.Version;
    }

    // A server that died without closing the connection says nothing, not even bookmarks.
    private async IAsyncEnumerable<WatchNotice<T>> WatchAsync(string version, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var silence = new CancellationTokenSource(options.WatchSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
        await foreach (var notice in api.WatchAsync(version, labelSelector, options.WatchSilence * 2, either.Token))
        {
            silence.CancelAfter(options.WatchSilence);
            yield return notice;
        }
    }

    private void Apply(WatchNotice<T> notice)
    {
        if (notice.Entity is not { } entity) return;
        if (notice.Type == "DELETED") Remove(ObjectKey.Of(entity), entity);
        else Store(entity);
    }

    private void Store(T entity)
    {
        var key = ObjectKey.Of(entity);
        // Deleted and created again between two lists: the old one's end must be told too.
        if (_objects.TryGetValue(key, out var known) && known.Metadata.Uid != entity.Metadata.Uid) Remove(key);
        var unchanged = known is not null && known.Metadata.ResourceVersion == entity.Metadata.ResourceVersion;
        _objects[key] = entity;
        if (!unchanged) Changed?.Invoke(entity, false);
    }

    private void Remove(ObjectKey key, T? last = null)
    {
        if (_objects.TryRemove(key, out var known)) Changed?.Invoke(last ?? known, true);
    }

    private void Resync()
    {
        foreach (var entity in _objects.Values) Changed?.Invoke(entity, false);
    }

    private Task PauseAsync(int failures, CancellationToken cancellation)
    {
        var milliseconds = failures == 1 ? 0 : Math.Min(50 * Math.Pow(2, failures - 2), 30_000);
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listing every {Kind} again: {Why}")]
    private partial void LogListsAgain(string kind, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The watch of {Kind} broke and starts again: {Why}")]
    private partial void LogBroken(string kind, string why);
}
