namespace Platform.Artifacts;

/// <summary>An object store: an S3 server or a folder. Reads after a write see it; a write is all or nothing.</summary>
public interface IArtifactStore
{
    /// <summary>Size and time of a file, or null when there is none.</summary>
    Task<ArtifactStat?> StatAsync(ArtifactUri uri, CancellationToken cancellation);

    /// <exception cref="ArtifactNotFoundException">There is no such file.</exception>
    Task<Stream> OpenReadAsync(ArtifactUri uri, CancellationToken cancellation);

    /// <summary>Writes a file. False, and nothing is written, when it exists and <paramref name="condition"/> is <see cref="PutCondition.IfAbsent"/>.</summary>
    Task<bool> PutAsync(ArtifactUri uri, Stream content, PutCondition condition, CancellationToken cancellation);

    /// <summary>Every file below a folder, in ordinal order of its key.</summary>
    IAsyncEnumerable<ArtifactStat> ListAsync(ArtifactUri folder, CancellationToken cancellation);

    /// <summary>Deletes a file; nothing happens when there is none.</summary>
    Task DeleteAsync(ArtifactUri uri, CancellationToken cancellation);
}

public enum PutCondition
{
    Overwrite,
    IfAbsent,
}

public sealed record ArtifactStat(ArtifactUri Uri, long SizeBytes, DateTimeOffset LastModified);

public sealed class ArtifactNotFoundException(ArtifactUri uri) : IOException($"There is no artifact {uri}.")
{
    public ArtifactUri Uri { get; } = uri;
}
