namespace Platform.LocalCluster.Storage;

public enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}

/// <summary>
/// One committed write. <see cref="Object"/> is the state after it; for a deletion the last state, carrying the version of the deletion.
/// </summary>
public sealed record Change(ChangeKind Kind, StoredObject Object, StoredObject? Before)
{
    public long ResourceVersion => Object.ResourceVersion;
}
