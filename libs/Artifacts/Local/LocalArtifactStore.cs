using System.Runtime.CompilerServices;

namespace Platform.Artifacts.Local;

/// <summary>
/// Artifacts in a folder of this machine: <c>&lt;root&gt;/&lt;bucket&gt;/&lt;key&gt;</c>. A file appears under its name complete and
/// synchronised to disk or not at all. Unlike S3, a name cannot be a file and a folder at once.
/// </summary>
public sealed class LocalArtifactStore : IArtifactStore
{
    private readonly string _root;
    private readonly string _incoming; // bucket names begin with a letter or digit, so this is none

    /// <param name="root">Made when it is not there; a relative path starts at the working directory.</param>
    public LocalArtifactStore(string root)
    {
        _root = Path.GetFullPath(root);
        _incoming = Path.Combine(_root, ".incoming");
    }

    public Task<ArtifactStat?> StatAsync(ArtifactUri uri, CancellationToken cancellation)
    {
        var file = new FileInfo(FilePath(uri));
        return Task.FromResult(file.Exists ? new ArtifactStat(uri, file.Length, file.LastWriteTimeUtc) : null);
    }

    public Task<Stream> OpenReadAsync(ArtifactUri uri, CancellationToken cancellation)
    {
        var path = FilePath(uri);
        if (!File.Exists(path)) throw new ArtifactNotFoundException(uri);
        try
        {
            return Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true));
        }
        catch (FileNotFoundException)
        {
            throw new ArtifactNotFoundException(uri); // deleted in between
        }
    }

    public async Task<bool> PutAsync(ArtifactUri uri, Stream content, PutCondition condition, CancellationToken cancellation)
    {
        var path = FilePath(uri);
        if (condition == PutCondition.IfAbsent && File.Exists(path)) return false;
        Directory.CreateDirectory(_incoming);
        var partial = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                await content.CopyToAsync(file, cancellation);
                file.Flush(flushToDisk: true);
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return Publish(partial, path, condition);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    public async IAsyncEnumerable<ArtifactStat> ListAsync(ArtifactUri folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!folder.IsFolder) throw new ArgumentException($"{folder} is a file; a folder's URI ends with '/'.", nameof(folder));
        await Task.CompletedTask;
        var path = StorePath.Of(_root, folder);
        if (!Directory.Exists(path)) yield break;
        var files = new DirectoryInfo(path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => (File: file, Relative: Path.GetRelativePath(path, file.FullName).Replace(Path.DirectorySeparatorChar, '/')))
            .OrderBy(entry => entry.Relative, StringComparer.Ordinal);
        foreach (var (file, relative) in files)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new ArtifactStat(folder.Combine(relative), file.Length, file.LastWriteTimeUtc);
        }
    }

    public Task DeleteAsync(ArtifactUri uri, CancellationToken cancellation)
    {
        var path = FilePath(uri);
        if (File.Exists(path)) File.Delete(path);
        return Task.CompletedTask;
    }

    private string FilePath(ArtifactUri uri) => uri.IsFolder
        ? throw new ArgumentException($"{uri} is a folder; a file's URI does not end with '/'.", nameof(uri))
        : StorePath.Of(_root, uri);

    private static bool Publish(string partial, string path, PutCondition condition)
    {
        try
        {
            File.Move(partial, path, overwrite: condition == PutCondition.Overwrite); // rename, or link and unlink: both atomic
        }
        catch (IOException) when (condition == PutCondition.IfAbsent && File.Exists(path))
        {
            return false;
        }
        FolderSync.Flush(Path.GetDirectoryName(path)!);
        return true;
    }
}
