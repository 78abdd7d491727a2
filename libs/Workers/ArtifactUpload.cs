using System.Security.Cryptography;
using System.Text;
using Platform.Artifacts;
using Platform.Protos.Artifacts.V1;

namespace Platform.Workers;

/// <summary>Puts a folder into the store and names it by its digest.</summary>
internal static class ArtifactUpload
{
    public static async Task<Artifact> FolderAsync(IArtifactStore store, string folder, ArtifactUri target, CancellationToken cancellation)
    {
        var digest = new StringBuilder();
        var size = 0L;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(Path.Combine(folder, path));
            digest.Append($"{Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation))}  {path}\n");
            size += content.Length;
            content.Position = 0;
            await store.PutAsync(target.Combine(path), content, PutCondition.Overwrite, cancellation);
        }

        return new Artifact
        {
            Uri = target.ToString(),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(digest.ToString()))),
            SizeBytes = size,
        };
    }
}
