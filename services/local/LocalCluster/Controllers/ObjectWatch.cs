using System.Collections.Concurrent;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Controllers;

/// <summary>
/// Keeps a copy of all objects of one kind: list, watch from the list's version, list again when that version has expired.
/// Every change is handed to <see cref="Changed"/> once, as (before, after); an object that was replaced by another of
/// the same name is reported as gone and then as new.
/// </summary>
public sealed partial class ObjectWatch<T>(
    IKubernetes client, ResourceType resource, TimeProvider time, ILogger logger, string? fieldSelector = null)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int PageSize = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ObjectKey, T> _objects = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called in order, on one task; it must not block.</summary>
    public event Action<T?, T?>? Changed;

    /// <summary>Completes after the first list.</summary>
    public Task Synced => _synced.Task;

    public ICollection<T> Objects => _objects.Values;

    public T? Find(ObjectKey key) => _objects.GetValueOrDefault(key);

    public async Task RunAsync(CancellationToken stopping)
    {
        string? version = null;
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                version ??= await ListAsync(stopping);
                var started = time.GetTimestamp();
                version = await WatchAsync(version, stopping);
                pause = time.GetElapsedTime(started) > LongestPause ? FirstPause : Longer(pause);
            }
            catch (Exception failure) when (ApiFailures.IsTransient(failure, stopping))
            {
                // Only an expired version needs a new list; but what failed otherwise may be the version too, so
                // the list is the safe answer to every failure of a request that was refused.
                version = null;
                pause = ApiFailures.IsExpired(failure) ? FirstPause : Longer(pause);
                LogBroken(resource, failure.Message);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A fault of ours in one object must not end the watch on all of them.
                version = null;
                pause = Longer(pause);
                LogFailed(resource, failure);
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private async Task<string> ListAsync(CancellationToken cancel)
    {
        Dictionary<ObjectKey, T> listed = [];
        string? next = null;
        string version;
        do
        {
            using var response = await client.CustomObjects.ListClusterCustomObjectWithHttpMessagesAsync<ObjectList<T>>(
                resource.Group, resource.Version, resource.Plural,
                continueParameter: next, fieldSelector: fieldSelector, limit: PageSize, cancellationToken: cancel);
            foreach (var item in response.Body.Items)
            {
                listed[ObjectKey.Of(item)] = Named(item);
            }

            next = response.Body.Metadata.ContinueProperty;
            version = response.Body.Metadata.ResourceVersion;
        }
        while (!string.IsNullOrEmpty(next));

        foreach (var key in _objects.Keys.Where(key => !listed.ContainsKey(key)).ToList())
        {
            Remove(key);
        }

        foreach (var item in listed.Values)
        {
            Store(item);
        }

        _synced.TrySetResult();
        return version;
    }

    /// <returns>The version to go on from when the server ended the watch in peace.</returns>
    private async Task<string> WatchAsync(string version, CancellationToken cancel)
    {
        Exception? error = null;
        var events = client.CustomObjects.WatchListClusterCustomObjectAsync(
            resource.Group, resource.Version, resource.Plural, allowWatchBookmarks: true, fieldSelector: fieldSelector,
            resourceVersion: version, onError: e => error = e, cancellationToken: cancel);
        await foreach (var (type, json) in events)
        {
            var item = KubernetesJson.Deserialize<T>((JsonElement)json);
            version = item.Metadata.ResourceVersion ?? version;
            switch (type)
            {
                case WatchEventType.Added or WatchEventType.Modified:
                    Store(Named(item));
                    break;
                case WatchEventType.Deleted:
                    Remove(ObjectKey.Of(item), Named(item));
                    break;
            }
        }

        return error is null ? version : throw error;
    }

    private void Store(T item)
    {
        var key = ObjectKey.Of(item);
        var before = _objects.GetValueOrDefault(key);
        if (before is not null && before.Metadata.Uid != item.Metadata.Uid)
        {
            Remove(key);
            before = null;
        }

        if (before?.Metadata.ResourceVersion == item.Metadata.ResourceVersion)
        {
            return;
        }

        _objects[key] = item;
        Changed?.Invoke(before, item);
    }

    private void Remove(ObjectKey key, T? last = null)
    {
        if (_objects.TryRemove(key, out var known))
        {
            Changed?.Invoke(last ?? known, null);
        }
    }

    // Items of a built-in list carry neither kind nor apiVersion. Nobody here reads managedFields, half of many an object.
    private T Named(T item)
    {
        item.Metadata.ManagedFields = null;
        item.Kind = resource.Kind;
        item.ApiVersion = resource.ApiVersion;
        return item;
    }

    [LoggerMessage(LogLevel.Debug, "The watch on {Resource} broke and starts again: {Reason}")]
    private partial void LogBroken(ResourceType resource, string reason);

    [LoggerMessage(LogLevel.Error, "The watch on {Resource} failed and starts again")]
    private partial void LogFailed(ResourceType resource, Exception failure);
}
