using Platform.Artifacts.Minio;
using Platform.Testing.Servers;

namespace Platform.Artifacts.Tests;

[Trait("needs", "bucket")]
public sealed class MinioArtifactStoreTests(S3Server server) : ArtifactStoreContract, IClassFixture<S3Server>
{
    protected override IArtifactStore Store => field ??= new MinioArtifactStore(new Uri(server.Address));

    [Fact]
    public async Task AWrongSecretIsAnErrorAndNotAnAbsence()
    {
        var store = new MinioArtifactStore(new Uri(server.Address.Replace(":S3RVER@", ":wrong@")));
        await PutAsync(Here.Combine("file"), "x");
        await Assert.ThrowsAnyAsync<Exception>(() => store.StatAsync(Here.Combine("file"), CancellationToken.None));
        await Assert.ThrowsAsync<IOException>(() => store.OpenReadAsync(Here.Combine("file"), CancellationToken.None));
    }
}
