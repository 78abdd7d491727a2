using Platform.Artifacts.Local;
using Platform.Artifacts.Minio;

namespace Platform.Artifacts.Tests;

public sealed class ArtifactStoresTests
{
    [Fact]
    public void TheConfigurationValueChoosesTheStore()
    {
        Assert.IsType<LocalArtifactStore>(ArtifactStores.Open("file:/tmp/platform-store"));
        Assert.IsType<LocalArtifactStore>(ArtifactStores.Open("file:store"));
        Assert.IsType<MinioArtifactStore>(ArtifactStores.Open("http://key:secret@localhost:9000"));
        Assert.IsType<MinioArtifactStore>(ArtifactStores.Open("https://key:se%2Fcret@s3.example.org/"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("file:")]
    [InlineData("file:///tmp/store")]
    [InlineData("/tmp/store")]
    [InlineData("ftp://key:hush@host")]
    [InlineData("http://host:9000")]
    [InlineData("http://key@host:9000")]
    [InlineData("http://key:hush@host:9000/bucket")]
    public void ABadValueIsRefusedWithTheExpectedForms(string? value)
    {
        var exception = Assert.Throws<FormatException>(() => ArtifactStores.Open(value));
        Assert.Contains("'file:<folder>' or 'http(s)://ACCESSKEY:SECRET@host:port'", exception.Message);
        Assert.DoesNotContain("hush", exception.Message);
    }
}
