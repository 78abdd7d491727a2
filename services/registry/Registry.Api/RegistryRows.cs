namespace Platform.Registry.Api;

/// <summary>A model's name and how far its versions have counted.</summary>
internal sealed class ModelRow
{
    public required string Name { get; init; }
    public int LatestVersion { get; set; }
}

/// <summary>An immutable version; <see cref="Document"/> is the proto's JSON without its aliases.</summary>
internal sealed class VersionRow
{
    public required string Model { get; init; }
    public required int Version { get; init; }

    /// <summary>Empty for a model that no run made.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The digest of the last adapter, or of the base when there is none.</summary>
    public required string CheckpointDigest { get; init; }

    public required string Document { get; init; }
    public required DateTimeOffset CreateTime { get; init; }
}

/// <summary>Where an alias points now.</summary>
internal sealed class AliasRow
{
    public required string Model { get; init; }
    public required string Alias { get; init; }
    public int Version { get; set; }

    /// <summary>How often it was moved.</summary>
    public int Moves { get; set; }
}

/// <summary>One move of an alias; the first has no version it came from.</summary>
internal sealed class AliasMoveRow
{
    public required string Model { get; init; }
    public required string Alias { get; init; }
    public required int Number { get; init; }
    public int? FromVersion { get; init; }
    public required int ToVersion { get; init; }
    public required DateTimeOffset Time { get; init; }
}

/// <summary>Something that happened to a run, as an event told it.</summary>
internal sealed class LineageRow
{
    public long Sequence { get; private set; }
    public required Guid RunId { get; init; }
    public required string Stage { get; init; }
    public required string Urn { get; init; }
    public string? Uri { get; init; }
    public string? Sha256 { get; init; }
    public long? SizeBytes { get; init; }
    public required DateTimeOffset Time { get; init; }
}
