using Platform.Artifacts;

namespace Platform.FineTune.Operator.Tests;

/// <summary>A real store that can be away.</summary>
internal sealed class StoreDouble(IArtifactStore store) : IArtifactStore
{
    public bool IsDown { get; set; }

    public Task<ArtifactStat?> StatAsync(ArtifactUri uri, CancellationToken cancellation) => Up().StatAsync(uri, cancellation);

    public Task<Stream> OpenReadAsync(ArtifactUri uri, CancellationToken cancellation) => Up().OpenReadAsync(uri, cancellation);

    public Task<bool> PutAsync(ArtifactUri uri, Stream content, PutCondition condition, CancellationToken cancellation) => Up().PutAsync(uri, content, condition, cancellation);

    public IAsyncEnumerable<ArtifactStat> ListAsync(ArtifactUri folder, CancellationToken cancellation) => Up().ListAsync(folder, cancellation);

    public Task DeleteAsync(ArtifactUri uri, CancellationToken cancellation) => Up().DeleteAsync(uri, cancellation);

    private IArtifactStore Up() => IsDown ? throw new IOException("The store does not answer.") : store;
}
