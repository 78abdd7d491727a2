using Google.Protobuf;
using Platform.Artifacts;

namespace Platform.FineTune.Operator.Phases;

/// <summary>Reads what workers wrote.</summary>
public sealed class StageResults(IArtifactStore store)
{
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The stage's result file; null when there is none, or none that can be read.</summary>
    /// <exception cref="StorageUnavailableException">The store does not answer.</exception>
    public async Task<T?> ReadAsync<T>(string outputUri, CancellationToken cancellation)
        where T : class, IMessage<T>, new()
    {
        try
        {
            await using var content = await store.OpenReadAsync(ArtifactUri.Parse(outputUri).Combine("result.json"), cancellation);
            using var reader = new StreamReader(content);
            return Json.Parse<T>(await reader.ReadToEndAsync(cancellation));
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
        catch (Exception problem) when (problem is InvalidJsonException or InvalidProtocolBufferException)
        {
            return null; // Not written by a worker: writes are all or nothing.
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            throw new StorageUnavailableException(problem);
        }
    }

    /// <summary>The digest of a folder as it lies in the store; null when there is nothing.</summary>
    /// <exception cref="StorageUnavailableException">The store does not answer.</exception>
    public async Task<string?> DigestAsync(string folderUri, CancellationToken cancellation)
    {
        try
        {
            return (await ArtifactFolder.PinAsync(store, ArtifactUri.Parse(folderUri), cancellation)).Sha256;
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            throw new StorageUnavailableException(problem);
        }
    }

    /// <summary>Deletes everything in a folder; fine to do twice.</summary>
    /// <exception cref="StorageUnavailableException">The store does not answer.</exception>
    public async Task DeleteAsync(string folderUri, CancellationToken cancellation)
    {
        try
        {
            List<ArtifactUri> files = [];
            await foreach (var file in store.ListAsync(ArtifactUri.Parse(folderUri), cancellation)) files.Add(file.Uri);
            foreach (var file in files) await store.DeleteAsync(file, cancellation);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            throw new StorageUnavailableException(problem);
        }
    }
}

/// <summary>The object store did not do what it was asked.</summary>
public sealed class StorageUnavailableException(Exception cause) : Exception(cause.Message, cause);
