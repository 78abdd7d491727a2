using System.Collections.Immutable;

namespace Platform.LocalCluster.ApiServer;

/// <summary>What is served right now: an immutable picture that is swapped when a CustomResourceDefinition changes.</summary>
public sealed class ResourceRegistry
{
    private ImmutableDictionary<(string Group, string Version, string Plural), ResourceDefinition> _byPath = [];
    private ImmutableList<ResourceDefinition> _all = [];

    public ResourceRegistry(IEnumerable<ResourceDefinition> builtins)
    {
        _all = [.. builtins];
        Index();
    }

    /// <summary>Raised after the served resources changed.</summary>
    public event Action? Changed;

    public IReadOnlyList<ResourceDefinition> All => _all;

    /// <summary>Counts the changes; part of ETags and hashes of discovery documents.</summary>
    public int Edition { get; private set; }

    public ResourceDefinition? Find(string group, string version, string plural) => _byPath.GetValueOrDefault((group, version, plural));

    public ResourceDefinition? FindKind(string apiVersion, string kind) => _all.Find(d => d.ApiVersion == apiVersion && d.Kind == kind);

    public bool HasGroupVersion(string group, string version) => _all.Any(d => d.Group == group && d.Version == version);

    public bool HasGroup(string group) => _all.Any(d => d.Group == group);

    /// <summary>Replaces all versions of one custom resource; none removes it.</summary>
    public void Replace(string group, string plural, IReadOnlyCollection<ResourceDefinition> versions)
    {
        lock (this)
        {
            _all = [.. _all.Where(d => !(d.IsCustom && d.Group == group && d.Plural == plural)), .. versions];
            Index();
            Edition++;
        }
        Changed?.Invoke();
    }

    private void Index() => _byPath = _all.ToImmutableDictionary(d => (d.Group, d.Version, d.Plural));
}
