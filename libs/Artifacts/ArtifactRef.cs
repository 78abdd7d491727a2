namespace Platform.Artifacts;

/// <summary>A file, or a folder when its URI ends with '/', pinned by digest.</summary>
/// <param name="Sha256">Lower-case hexadecimal; see <see cref="Digest"/>.</param>
public sealed record ArtifactRef(ArtifactUri Uri, string Sha256, long SizeBytes);
