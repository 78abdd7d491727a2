using System.Text;

namespace Platform.Artifacts;

/// <summary>A file from anywhere that becomes part of a folder in the store.</summary>
/// <param name="Path">Its path inside the folder.</param>
/// <param name="OpenAsync">Opens it; called once to compute the digest and once more to copy.</param>
public sealed record ImportedFile(string Path, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>Stores files as a folder whose place depends on their digest.</summary>
public static class ArtifactImport
{
    /// <summary>Nothing is copied when the folder is there already.</summary>
    /// <param name="place">The folder for a digest.</param>
    /// <exception cref="DigestMismatchException">A file changed while it was imported.</exception>
    public static async Task<ArtifactRef> RunAsync(IArtifactStore store, IReadOnlyList<ImportedFile> files, Func<string, ArtifactUri> place, CancellationToken cancellation)
    {
        List<FileDigest> digests = [];
        var size = 0L;
        foreach (var file in files)
        {
            await using var content = new HashingStream(await file.OpenAsync(cancellation));
            await content.CopyToAsync(Stream.Null, cancellation);
            digests.Add(new FileDigest(content.Digest, file.Path));
            size += content.Length;
        }

        var listing = FolderListing.Format(digests);
        var folder = new ArtifactRef(place(Digest.OfText(listing)), Digest.OfText(listing), size);
        var complete = folder.Uri.Combine(FolderListing.FileName);
        if (await store.StatAsync(complete, cancellation) is not null) return folder;
        foreach (var (file, digest) in files.Zip(digests)) await CopyAsync(store, file, digest, folder.Uri, cancellation);
        await store.PutAsync(complete, new MemoryStream(Encoding.UTF8.GetBytes(listing)), PutCondition.Overwrite, cancellation);
        return folder;
    }

    private static async Task CopyAsync(IArtifactStore store, ImportedFile file, FileDigest expected, ArtifactUri folder, CancellationToken cancellation)
    {
        await using var content = new HashingStream(await file.OpenAsync(cancellation));
        await store.PutAsync(folder.Combine(file.Path), content, PutCondition.Overwrite, cancellation);
        if (content.Digest != expected.Sha256) throw new DigestMismatchException(folder.Combine(file.Path), expected.Sha256, content.Digest, "the source changed while it was imported; try again.");
    }
}
