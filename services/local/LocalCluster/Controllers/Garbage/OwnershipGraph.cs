using k8s.Models;

namespace Platform.LocalCluster.Controllers.Garbage;

/// <summary>Who owns whom, by UID, over all kinds; safe to read and write from any task.</summary>
public sealed class OwnershipGraph
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OwnedObject> _objects = [];
    private readonly Dictionary<string, HashSet<string>> _dependents = [];

    public OwnedObject? Find(string uid)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(uid);
        }
    }

    public IReadOnlyList<OwnedObject> DependentsOf(string uid)
    {
        lock (_lock)
        {
            return [.. _dependents.GetValueOrDefault(uid, []).Select(dependent => _objects[dependent])];
        }
    }

    public void Store(OwnedObject item)
    {
        lock (_lock)
        {
            Forget(item.Uid);
            _objects[item.Uid] = item;
            foreach (var owner in item.Owners)
            {
                if (!_dependents.TryGetValue(owner.Uid, out var dependents))
                {
                    _dependents[owner.Uid] = dependents = [];
                }

                dependents.Add(item.Uid);
            }
        }
    }

    public void Remove(string uid)
    {
        lock (_lock)
        {
            Forget(uid);
        }
    }

    private void Forget(string uid)
    {
        if (!_objects.Remove(uid, out var known))
        {
            return;
        }

        foreach (var owner in known.Owners)
        {
            if (_dependents.TryGetValue(owner.Uid, out var dependents) && dependents.Remove(uid) && dependents.Count == 0)
            {
                _dependents.Remove(owner.Uid);
            }
        }
    }
}

/// <summary>What the collector knows of one object.</summary>
public sealed record OwnedObject(ResourceType Resource, ObjectKey Key, V1ObjectMeta Metadata)
{
    public const string OrphanFinalizer = "orphan";
    public const string ForegroundFinalizer = "foregroundDeletion";

    public string Uid => Metadata.Uid;

    public IList<V1OwnerReference> Owners => Metadata.OwnerReferences ?? [];

    public bool IsDeleting => Metadata.DeletionTimestamp is not null;

    public bool WaitsForDependents => IsDeleting && Has(ForegroundFinalizer);

    public bool OrphansDependents => IsDeleting && Has(OrphanFinalizer);

    public bool Has(string finalizer) => Metadata.Finalizers?.Contains(finalizer) == true;

    public bool BlocksDeletionOf(string owner) => Owners.Any(reference => reference.Uid == owner && reference.BlockOwnerDeletion == true);
}
