using System.Collections.Immutable;

namespace Platform.LocalCluster.Storage;

/// <summary>All objects of one resource at one version, by namespace and name in byte order (the order of every list).</summary>
public sealed record ResourceSnapshot(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> Namespaces)
{
    private static readonly ImmutableSortedDictionary<string, StoredObject> NoObjects =
        ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    public static ResourceSnapshot Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, StoredObject>>(StringComparer.Ordinal));

    public StoredObject? Find(string @namespace, string name) =>
        Namespaces.TryGetValue(@namespace, out var objects) ? objects.GetValueOrDefault(name) : null;

    public IEnumerable<StoredObject> All(string? @namespace) => @namespace is null
        ? Namespaces.Values.SelectMany(objects => objects.Values)
        : Namespaces.TryGetValue(@namespace, out var own) ? own.Values : [];

    public ResourceSnapshot With(Change change) => change.Kind == ChangeKind.Deleted ? Without(change.Object.Key) : With(change.Object);

    public ResourceSnapshot With(StoredObject stored)
    {
        var objects = Namespaces.GetValueOrDefault(stored.Key.Namespace) ?? NoObjects;
        return new(Namespaces.SetItem(stored.Key.Namespace, objects.SetItem(stored.Key.Name, stored)));
    }

    public ResourceSnapshot Without(ObjectKey key)
    {
        if (!Namespaces.TryGetValue(key.Namespace, out var objects)) return this;
        objects = objects.Remove(key.Name);
        return new(objects.IsEmpty ? Namespaces.Remove(key.Namespace) : Namespaces.SetItem(key.Namespace, objects));
    }
}
