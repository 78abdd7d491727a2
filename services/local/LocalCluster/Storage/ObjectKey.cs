namespace Platform.LocalCluster.Storage;

/// <summary>Where an object is kept: the storage resource ("jobs.batch"), its namespace ("" when cluster-scoped) and its name.</summary>
public readonly record struct ObjectKey(string Resource, string Namespace, string Name)
{
    public override string ToString() => $"{Resource}/{Namespace}/{Name}";
}
