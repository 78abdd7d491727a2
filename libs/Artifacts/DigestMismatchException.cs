namespace Platform.Artifacts;

/// <summary>An artifact's bytes are not those its digest promises.</summary>
public sealed class DigestMismatchException(ArtifactUri uri, string expected, string actual, string detail)
    : IOException($"{uri} has SHA-256 {actual}, expected {expected}: {detail}")
{
    /// <summary>The file that differs, or the folder when no single file can be named.</summary>
    public ArtifactUri Uri { get; } = uri;

    public string Expected { get; } = expected;

    public string Actual { get; } = actual;
}
