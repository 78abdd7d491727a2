namespace Platform.Artifacts;

/// <summary>Copies single files between this machine and an artifact store, pinned by digest.</summary>
public static class ArtifactFile
{
    public static async Task<ArtifactRef> UploadAsync(IArtifactStore store, string localFile, ArtifactUri uri, CancellationToken cancellation)
    {
        await using var content = File.OpenRead(localFile);
        var sha256 = await Digest.OfStreamAsync(content, cancellation);
        content.Position = 0;
        await store.PutAsync(uri, content, PutCondition.Overwrite, cancellation);
        return new ArtifactRef(uri, sha256, content.Length);
    }

    /// <summary>Downloads a file; nothing happens when it is already there with the right digest, and no partial file is ever left under its name.</summary>
    /// <exception cref="DigestMismatchException">The artifact's bytes are others.</exception>
    public static async Task DownloadAsync(IArtifactStore store, ArtifactUri uri, string sha256, string localFile, CancellationToken cancellation)
    {
        if (File.Exists(localFile) && await Digest.OfFileAsync(localFile, cancellation) == sha256) return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(localFile))!);
        var partial = $"{localFile}.{Guid.NewGuid():N}.partial";
        try
        {
            await using (var content = await store.OpenReadAsync(uri, cancellation))
            await using (var file = File.Create(partial)) await content.CopyToAsync(file, cancellation);
            var actual = await Digest.OfFileAsync(partial, cancellation);
            if (actual != sha256) throw new DigestMismatchException(uri, sha256, actual, "the file was changed or damaged after it was pinned.");
            File.Move(partial, localFile, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
