using Platform.Artifacts.Minio;
using Platform.Testing.Servers;

namespace Platform.Artifacts.Tests;

[Trait("needs", "bucket")]
public sealed class MinioArtifactStoreTests(S3Server server) : ArtifactStoreContract, IClassFixture<S3Server>
{
    protected override IArtifactStore Store => field ??= new MinioArtifactStore(new Uri(server.Address));
}
