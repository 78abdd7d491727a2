using Platform.Artifacts;
using Platform.Protos.Artifacts.V1;

namespace Platform.Workers;

/// <summary>Copies pinned artifacts into a folder named by their digest, so that a worker started again finds its copies.</summary>
internal sealed class ArtifactDownload(IArtifactStore store, string folder)
{
    public async Task<string> FetchAsync(Artifact? artifact, string field, CancellationToken cancellation)
    {
        var uri = Check(artifact, field);
        var place = Path.Combine(folder, artifact!.Sha256);
        try
        {
            if (uri.IsFolder)
            {
                await ArtifactFolder.DownloadAsync(store, uri, artifact.Sha256, place, cancellation);
                return place;
            }

            var file = Path.Combine(place, Path.GetFileName(uri.Key));
            await ArtifactFile.DownloadAsync(store, uri, artifact.Sha256, file, cancellation);
            return file;
        }
        catch (DigestMismatchException changed)
        {
            throw new WorkerFailureException(FailureReasons.ArtifactChanged, $"{field}: {changed.Message} Submit the job again to pin what is there now.", inner: changed);
        }
        catch (ArtifactNotFoundException missing)
        {
            throw new WorkerFailureException(FailureReasons.ArtifactMissing, $"{field}: {missing.Message}", retryable: true, inner: missing);
        }
    }

    private static ArtifactUri Check(Artifact? artifact, string field)
    {
        if (artifact is null) throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{field} is missing from the spec.");
        if (!ArtifactUri.TryParse(artifact.Uri, out var uri, out var problem)) throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{field}.uri: {problem}");
        return Digest.IsDigest(artifact.Sha256)
            ? uri
            : throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{field}.sha256 is '{artifact.Sha256}'; it must be a SHA-256 in 64 lower-case hex digits.");
    }
}
