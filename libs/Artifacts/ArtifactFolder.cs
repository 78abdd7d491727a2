using System.Text;

namespace Platform.Artifacts;

/// <summary>Copies folders between this machine and an artifact store, pinned by digest.</summary>
public static class ArtifactFolder
{
    /// <summary>
    /// Uploads every file below <paramref name="localFolder"/>; afterwards the artifact holds exactly these files and, last, their
    /// SHA256SUMS. Started again after a crash it ends in the same state.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no <paramref name="localFolder"/>.</exception>
    public static async Task<ArtifactRef> UploadAsync(IArtifactStore store, string localFolder, ArtifactUri folder, CancellationToken cancellation)
    {
        MustBeFolder(folder);
        var listing = folder.Combine(FolderListing.FileName);
        await store.DeleteAsync(listing, cancellation); // from here until the end the folder is visibly incomplete
        List<FileDigest> files = [];
        var size = 0L;
        foreach (var path in FolderListing.Paths(localFolder))
        {
            var file = await ArtifactFile.UploadAsync(store, Path.Combine(localFolder, path), folder.Combine(path), cancellation);
            files.Add(new FileDigest(file.Sha256, path));
            size += file.SizeBytes;
        }
        await DeleteOthersAsync(store, folder, files, cancellation);
        var text = Encoding.UTF8.GetBytes(FolderListing.Format(files));
        await store.PutAsync(listing, new MemoryStream(text), PutCondition.Overwrite, cancellation);
        return new ArtifactRef(folder, Digest.OfBytes(text), size);
    }

    /// <summary>Downloads a folder; files that are already there with the right digest are kept.</summary>
    /// <exception cref="DigestMismatchException">A file differs from what <paramref name="sha256"/> pins; it names the file.</exception>
    /// <exception cref="ArtifactNotFoundException">The folder, or a file of it, is not there.</exception>
    public static async Task DownloadAsync(IArtifactStore store, ArtifactUri folder, string sha256, string localFolder, CancellationToken cancellation)
    {
        var files = await FilesAsync(store, folder, cancellation);
        var actual = Digest.OfFolder(files);
        if (actual != sha256) throw new DigestMismatchException(folder, sha256, actual, "it is not the folder that was pinned; its files are " + string.Join(", ", files.Select(file => file.Path)) + ".");
        foreach (var file in files)
            await ArtifactFile.DownloadAsync(store, folder.Combine(file.Path), file.Sha256, Path.Combine(localFolder, file.Path), cancellation);
    }

    /// <summary>The digest and size of a folder in the store, computed from the bytes that are there.</summary>
    /// <exception cref="ArtifactNotFoundException">No file is in the folder.</exception>
    public static async Task<ArtifactRef> PinAsync(IArtifactStore store, ArtifactUri folder, CancellationToken cancellation)
    {
        var (files, size) = await HashAsync(store, folder, cancellation);
        return new ArtifactRef(folder, Digest.OfFolder(files), size);
    }

    /// <summary>The folder's files as its SHA256SUMS names them, else as the bytes in the store are.</summary>
    private static async Task<IReadOnlyList<FileDigest>> FilesAsync(IArtifactStore store, ArtifactUri folder, CancellationToken cancellation)
    {
        MustBeFolder(folder);
        var listing = folder.Combine(FolderListing.FileName);
        if (await store.StatAsync(listing, cancellation) is null) return (await HashAsync(store, folder, cancellation)).Files;
        using var reader = new StreamReader(await store.OpenReadAsync(listing, cancellation));
        return FolderListing.Parse(await reader.ReadToEndAsync(cancellation));
    }

    private static async Task<(IReadOnlyList<FileDigest> Files, long Size)> HashAsync(IArtifactStore store, ArtifactUri folder, CancellationToken cancellation)
    {
        MustBeFolder(folder);
        List<FileDigest> files = [];
        var size = 0L;
        await foreach (var file in store.ListAsync(folder, cancellation))
        {
            var path = file.Uri.Key[folder.Key.Length..];
            if (path == FolderListing.FileName) continue;
            await using var content = await store.OpenReadAsync(file.Uri, cancellation);
            files.Add(new FileDigest(await Digest.OfStreamAsync(content, cancellation), path));
            size += file.SizeBytes;
        }
        return files.Count > 0 ? (files, size) : throw new ArtifactNotFoundException(folder);
    }

    private static async Task DeleteOthersAsync(IArtifactStore store, ArtifactUri folder, List<FileDigest> files, CancellationToken cancellation)
    {
        var kept = files.Select(file => folder.Combine(file.Path)).ToHashSet();
        List<ArtifactUri> others = [];
        await foreach (var stored in store.ListAsync(folder, cancellation))
            if (!kept.Contains(stored.Uri)) others.Add(stored.Uri);
        foreach (var other in others) await store.DeleteAsync(other, cancellation);
    }

    private static void MustBeFolder(ArtifactUri folder)
    {
        if (!folder.IsFolder) throw new ArgumentException($"{folder} is a file; a folder's URI ends with '/'.", nameof(folder));
    }
}
