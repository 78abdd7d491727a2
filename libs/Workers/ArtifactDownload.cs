using System.Security.Cryptography;
using System.Text;
using Platform.Artifacts;
using Platform.Protos.Artifacts.V1;

namespace Platform.Workers;

/// <summary>
/// Copies pinned artifacts into a folder named by their digest. A copy appears under that name only when it is complete
/// and its digest is right, so a worker killed in the middle starts the copy anew and one that comes back finds it.
/// </summary>
internal sealed class ArtifactDownload(IArtifactStore store, string folder)
{
    public async Task<string> FetchAsync(Artifact? artifact, string field, CancellationToken cancellation)
    {
        var uri = Check(artifact, field);
        var target = Path.Combine(folder, artifact!.Sha256, uri.IsFolder ? "" : Path.GetFileName(uri.Key));
        var place = Path.Combine(folder, artifact.Sha256);
        if (Directory.Exists(place)) return target;

        var partial = place + ".part";
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        var digest = uri.IsFolder ? await CopyFolderAsync(uri, partial, cancellation) : await CopyFileAsync(uri, Path.Combine(partial, Path.GetFileName(uri.Key)), cancellation);
        if (digest != artifact.Sha256)
            throw new WorkerFailureException(FailureReasons.ArtifactChanged, $"{field}: {uri} has the digest {digest}, the spec pins {artifact.Sha256}. It was changed after the job was resolved, or the transfer broke; submit the job again to pin what is there now.");
        Directory.Move(partial, place);
        return target;
    }

    private static ArtifactUri Check(Artifact? artifact, string field)
    {
        if (artifact is null) throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{field} is missing from the spec.");
        if (!ArtifactUri.TryParse(artifact.Uri, out var uri, out var problem)) throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{field}.uri: {problem}");
        return artifact.Sha256.Length == 64 && artifact.Sha256.All(char.IsAsciiHexDigitLower)
            ? uri
            : throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{field}.sha256 is '{artifact.Sha256}'; it must be a SHA-256 in 64 lower-case hex digits.");
    }

    private async Task<string> CopyFolderAsync(ArtifactUri source, string target, CancellationToken cancellation)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var file in store.ListAsync(source, cancellation))
        {
            var path = file.Uri.Key[source.Key.Length..];
            var local = Path.Combine(target, path);
            Directory.CreateDirectory(Path.GetDirectoryName(local)!);
            lines.Add(path, await CopyFileAsync(file.Uri, local, cancellation));
        }

        if (lines.Count == 0) throw new ArtifactNotFoundException(source);
        return Hex(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{line.Value}  {line.Key}\n")))));
    }

    private async Task<string> CopyFileAsync(ArtifactUri source, string target, CancellationToken cancellation)
    {
        using var hash = SHA256.Create();
        await using var content = await store.OpenReadAsync(source, cancellation);
        await using var file = File.Create(target);
        await using var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write);
        await content.CopyToAsync(hashing, cancellation);
        await hashing.FlushFinalBlockAsync(cancellation);
        return Hex(hash.Hash!);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
