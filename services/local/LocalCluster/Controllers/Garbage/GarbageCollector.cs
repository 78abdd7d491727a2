using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Garbage;

/// <summary>
/// Owner references made true: dependents go with their last owner (background), before it (foreground) or are let go
/// (orphan). Watches every kind the server has; kinds that come and go with their definitions are picked up.
/// </summary>
public sealed partial class GarbageCollector
{
    private static readonly HashSet<string> Unowned = ["events", "leases", "endpointslices"];

    private readonly ObjectAccess _objects;
    private readonly ResourceCatalog _catalog;
    private readonly OwnershipGraph _graph = new();
    private readonly WatchSet _watches;
    private readonly WorkQueue<string> _queue;
    private readonly ILogger _logger;

    public GarbageCollector(IKubernetes client, TimeProvider time, ILogger<GarbageCollector> logger)
    {
        _logger = logger;
        _objects = new ObjectAccess(client);
        _catalog = new ResourceCatalog(client);
        _queue = new WorkQueue<string>(time);
        _watches = new WatchSet(client, _catalog, time, logger, resource => !Unowned.Contains(resource.Plural), OnChange);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var watches = _watches.RunAsync(stopping);
        await _watches.Synced.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _queue.RunAsync(4, ProcessAsync, (uid, failure) => LogRetry(uid, failure.Message), stopping);
        await watches;
    }

    private void OnChange(ResourceType resource, ObjectMetadata? before, ObjectMetadata? after)
    {
        var uid = (after ?? before)!.Metadata.Uid;
        if (after is null)
        {
            var owners = before!.Metadata.OwnerReferences ?? [];
            var dependents = _graph.DependentsOf(uid);
            _graph.Remove(uid);
            AddAll(dependents.Select(dependent => dependent.Uid));
            AddAll(owners.Select(owner => owner.Uid));  // an owner may wait for this one
            return;
        }

        var item = new OwnedObject(resource, ObjectKey.Of(after), after.Metadata);
        _graph.Store(item);
        if (item.Owners.Count > 0 || item.WaitsForDependents || item.OrphansDependents)
        {
            _queue.Add(uid);
        }

        if (item.WaitsForDependents)
        {
            AddAll(_graph.DependentsOf(uid).Select(dependent => dependent.Uid));
        }
        else if (item.IsDeleting || item.Owners.Count > 0)
        {
            AddAll(item.Owners.Select(owner => owner.Uid));
        }
    }

    private void AddAll(IEnumerable<string> uids)
    {
        foreach (var uid in uids)
        {
            _queue.Add(uid);
        }
    }

    private async Task ProcessAsync(string uid, CancellationToken cancel)
    {
        if (_graph.Find(uid) is not { } item)
        {
            return;
        }

        if (item.OrphansDependents)
        {
            await OrphanAsync(item, cancel);
        }
        else if (item.WaitsForDependents)
        {
            await FinishForegroundAsync(item, cancel);
        }
        else if (!item.IsDeleting && item.Owners.Count > 0)
        {
            await CollectAsync(item, cancel);
        }
    }

    private async Task OrphanAsync(OwnedObject owner, CancellationToken cancel)
    {
        foreach (var dependent in _graph.DependentsOf(owner.Uid))
        {
            await DropOwnersAsync(dependent, [owner.Uid], cancel);
        }

        await DropFinalizerAsync(owner, OwnedObject.OrphanFinalizer, cancel);
    }

    private async Task FinishForegroundAsync(OwnedObject owner, CancellationToken cancel)
    {
        var blocking = _graph.DependentsOf(owner.Uid).Where(dependent => dependent.Uid != owner.Uid && dependent.BlocksDeletionOf(owner.Uid)).ToList();
        if (blocking.Count == 0)
        {
            await DropFinalizerAsync(owner, OwnedObject.ForegroundFinalizer, cancel);
            return;
        }

        AddAll(blocking.Where(dependent => !dependent.IsDeleting).Select(dependent => dependent.Uid));
    }

    /// <summary>Decides over an object with owners by what has become of each of them.</summary>
    private async Task CollectAsync(OwnedObject item, CancellationToken cancel)
    {
        // Read again: the graph may lag, and a deletion cannot be taken back.
        if (await ReadAsync(item, cancel) is not { IsDeleting: false } current)
        {
            return;
        }

        List<V1OwnerReference> gone = [], leaving = [];
        foreach (var owner in current.Owners)
        {
            switch (await StateOfAsync(current, owner, cancel))
            {
                case OwnerState.Gone:
                    gone.Add(owner);
                    break;
                case OwnerState.WaitsForDependents:
                    leaving.Add(owner);
                    break;
            }
        }

        if (gone.Count + leaving.Count == 0)
        {
            return;
        }

        if (gone.Count + leaving.Count < current.Owners.Count)
        {
            await DropOwnersAsync(current, [.. gone.Concat(leaving).Select(owner => owner.Uid)], cancel);
            return;
        }

        if (leaving.Count > 0 && _graph.DependentsOf(current.Uid).Any(dependent => dependent.WaitsForDependents))
        {
            // Owners that wait for each other in a circle: one that does not hold up its owner lets it come apart.
            await UnblockAsync(current, cancel);
            if (await ReadAsync(item, cancel) is not { IsDeleting: false } unblocked)
            {
                return;
            }

            current = unblocked;
        }

        // The whole family goes in the way its owner does; without a waiting owner in the background.
        var policy = current.Has(OwnedObject.OrphanFinalizer) ? "Orphan"
            : leaving.Count > 0 && _graph.DependentsOf(current.Uid).Count > 0 ? "Foreground"
            : current.Has(OwnedObject.ForegroundFinalizer) ? "Foreground"
            : "Background";
        await _objects.DeleteAsync(current.Resource, current.Key, new V1DeleteOptions
        {
            PropagationPolicy = policy,
            Preconditions = new V1Preconditions { Uid = current.Uid, ResourceVersion = current.Metadata.ResourceVersion },
        }, cancel);
    }

    private async Task<OwnerState> StateOfAsync(OwnedObject item, V1OwnerReference owner, CancellationToken cancel)
    {
        if (_graph.Find(owner.Uid) is { } known)
        {
            // A reference across namespaces names nobody.
            return known.Resource.Namespaced && known.Key.Namespace != item.Key.Namespace ? OwnerState.Gone
                : known.WaitsForDependents ? OwnerState.WaitsForDependents
                : OwnerState.Present;
        }

        var resource = _catalog.Find(owner.ApiVersion, owner.Kind)
            ?? (await _catalog.ReadAsync(cancel), _catalog.Find(owner.ApiVersion, owner.Kind)).Item2;
        if (resource is null)
        {
            // An unknown kind proves nothing: its definition may be on its way.
            return OwnerState.Present;
        }

        if (resource.Namespaced && item.Key.Namespace.Length == 0)
        {
            return OwnerState.Present;
        }

        var key = new ObjectKey(resource.Namespaced ? item.Key.Namespace : "", owner.Name);
        var found = await _objects.FindAsync(resource, key, cancel);
        return found?.Metadata.Uid == owner.Uid ? OwnerState.Present : OwnerState.Gone;
    }

    private async Task<OwnedObject?> ReadAsync(OwnedObject item, CancellationToken cancel) =>
        await _objects.FindAsync(item.Resource, item.Key, cancel) is { } found && found.Metadata.Uid == item.Uid
            ? item with { Metadata = found.Metadata }
            : null;

    private async Task DropOwnersAsync(OwnedObject item, IReadOnlyCollection<string> owners, CancellationToken cancel)
    {
        await EditAsync(item, current => current.Owners.Any(owner => owners.Contains(owner.Uid))
            ? new
            {
                ownerReferences = current.Owners.Where(owner => !owners.Contains(owner.Uid)).ToArray(),
                resourceVersion = current.Metadata.ResourceVersion,
                uid = current.Uid,
            }
            : null, cancel);
    }

    private Task UnblockAsync(OwnedObject item, CancellationToken cancel) =>
        EditAsync(item, current => current.Owners.Any(owner => owner.BlockOwnerDeletion == true)
            ? new
            {
                ownerReferences = current.Owners.Select(owner => new { owner.ApiVersion, owner.Kind, owner.Name, owner.Uid, owner.Controller, BlockOwnerDeletion = false }).ToArray(),
                resourceVersion = current.Metadata.ResourceVersion,
                uid = current.Uid,
            }
            : null, cancel);

    private Task DropFinalizerAsync(OwnedObject item, string finalizer, CancellationToken cancel) =>
        EditAsync(item, current => current.Has(finalizer)
            ? new
            {
                finalizers = current.Metadata.Finalizers.Where(other => other != finalizer).ToArray(),
                resourceVersion = current.Metadata.ResourceVersion,
                uid = current.Uid,
            }
            : null, cancel);

    private async Task EditAsync(OwnedObject item, Func<OwnedObject, object?> edit, CancellationToken cancel)
    {
        for (var current = await ReadAsync(item, cancel); current is not null; current = await ReadAsync(item, cancel))
        {
            if (edit(current) is not { } metadata)
            {
                return;
            }

            try
            {
                await _objects.MergeAsync(current.Resource, current.Key, MergePatches.Metadata(metadata), cancel);
                return;
            }
            catch (HttpOperationException failure) when (failure.IsConflict())
            {
                // Written by someone else meanwhile: look again.
            }
        }
    }

    private enum OwnerState
    {
        Present,
        WaitsForDependents,
        Gone,
    }

    [LoggerMessage(LogLevel.Debug, "The object {Uid} will be looked at again: {Failure}")]
    private partial void LogRetry(string uid, string failure);
}
