using Platform.Artifacts;
using Platform.Hosting.Grpc;

namespace Platform.Hosting.Sources;

/// <summary>What users name in jobs: files and folders in the object store, or on the platform's own machine.</summary>
public sealed class SourceFiles(IArtifactStore store, FileUris fileUris)
{
    /// <summary>What is wrong with the URI, or null; whether something is there is not looked at.</summary>
    public string? Problem(string uri, string field)
    {
        if (uri.StartsWith(FileUris.Scheme, StringComparison.Ordinal)) return fileUris.Problem(uri, out _) is { } problem ? $"{field}: {problem}" : null;
        return ArtifactUri.TryParse(uri, out _, out var parse) ? null : $"{field}: {parse} On one machine file:path is possible too.";
    }

    /// <summary>Whether the URI names a folder: it ends with '/', or there is such a folder on this machine.</summary>
    public bool IsFolder(string uri) => uri.EndsWith('/') || (uri.StartsWith(FileUris.Scheme, StringComparison.Ordinal) && Directory.Exists(PathOf(uri)));

    /// <exception cref="global::Grpc.Core.RpcException">NOT_FOUND.</exception>
    public async Task<Stream> OpenFileAsync(string uri, CancellationToken cancellation)
    {
        if (!uri.StartsWith(FileUris.Scheme, StringComparison.Ordinal))
        {
            var artifact = ArtifactUri.Parse(uri);
            if (artifact.IsFolder) throw Refusal.NotFound($"{uri} is a folder; expected a file.");
            return await store.OpenReadAsync(artifact, cancellation);
        }
        var path = PathOf(uri);
        if (Directory.Exists(path)) throw Refusal.NotFound($"{uri} is a folder; expected a file.");
        return File.Exists(path) ? File.OpenRead(path) : throw Refusal.NotFound($"There is no file {uri}.");
    }

    /// <summary>The files directly in a folder, by name; empty when there is no such folder.</summary>
    public async Task<IReadOnlyList<ImportedFile>> ListFolderAsync(string uri, CancellationToken cancellation)
    {
        List<ImportedFile> files = [];
        if (uri.StartsWith(FileUris.Scheme, StringComparison.Ordinal))
        {
            var folder = PathOf(uri);
            if (!Directory.Exists(folder)) return files;
            files.AddRange(Directory.EnumerateFiles(folder).Select(path => new ImportedFile(Path.GetFileName(path), _ => Task.FromResult<Stream>(File.OpenRead(path)))));
        }
        else
        {
            var folder = ArtifactUri.Parse(uri.EndsWith('/') ? uri : uri + "/");
            await foreach (var file in store.ListAsync(folder, cancellation))
                if (!file.Uri.Key[folder.Key.Length..].Contains('/')) files.Add(new ImportedFile(file.Uri.Key[folder.Key.Length..], token => store.OpenReadAsync(file.Uri, token)));
        }
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private string PathOf(string uri) => fileUris.Problem(uri, out var path) is { } problem ? throw Refusal.InvalidArgument(problem) : path;
}
