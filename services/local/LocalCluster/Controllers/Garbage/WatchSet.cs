using k8s;

namespace Platform.LocalCluster.Controllers.Garbage;

/// <summary>One metadata watch per kind that the server has; follows the kinds as they come and go.</summary>
public sealed partial class WatchSet(
    IKubernetes client,
    ResourceCatalog catalog,
    TimeProvider time,
    ILogger logger,
    Func<ResourceType, bool> wanted,
    Action<ResourceType, ObjectMetadata?, ObjectMetadata?> onChange)
{
    private static readonly TimeSpan BetweenDiscoveries = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterDefinition = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<ResourceType, (Task Run, CancellationTokenSource Stop, ObjectWatch<ObjectMetadata> Watch)> _watches = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _definitionChanged = new(0);

    /// <summary>Completes when every kind of the first discovery has been listed.</summary>
    public Task Synced => _synced.Task;

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Follow(await catalog.ReadAsync(stopping), stopping);
                await Task.WhenAll(_watches.Values.Select(entry => entry.Watch.Synced)).WaitAsync(BetweenDiscoveries, time, stopping);
                _synced.TrySetResult();
                await _definitionChanged.WaitAsync(BetweenDiscoveries, stopping);
                await Task.Delay(AfterDefinition, time, stopping);
            }
            catch (TimeoutException)
            {
                LogUnsynced();
            }
            catch (Exception failure) when (ApiFailures.IsTransient(failure, stopping))
            {
                LogDiscoveryFailed(failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
        }

        await Task.WhenAll(_watches.Values.Select(entry => entry.Run));
    }

    private void Follow(IReadOnlyList<ResourceType> served, CancellationToken stopping)
    {
        foreach (var gone in _watches.Keys.Except(served).ToList())
        {
            _watches.Remove(gone, out var entry);
            entry.Stop.Cancel();
            foreach (var item in entry.Watch.Objects)
            {
                onChange(gone, item, null);
            }
        }

        foreach (var resource in served.Where(resource => wanted(resource) && !_watches.ContainsKey(resource)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var watch = new ObjectWatch<ObjectMetadata>(client, resource, time, logger);
            watch.Changed += (before, after) =>
            {
                onChange(resource, before, after);
                if (resource.Plural == "customresourcedefinitions" && _definitionChanged.CurrentCount == 0)
                {
                    _definitionChanged.Release();
                }
            };
            _watches[resource] = (watch.RunAsync(stop.Token), stop, watch);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Not every kind could be listed yet")]
    private partial void LogUnsynced();

    [LoggerMessage(LogLevel.Debug, "The server's kinds could not be read: {Failure}")]
    private partial void LogDiscoveryFailed(string failure);
}
