using Platform.Artifacts.Local;

namespace Platform.Artifacts.Tests;

public sealed class LocalArtifactStoreTests : ArtifactStoreContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("platform-test-").FullName;

    protected override IArtifactStore Store => new LocalArtifactStore(_root);

    [Fact]
    public async Task OfManyWritersWithIfAbsentExactlyOneWins()
    {
        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => PutAsync(Here.Combine("race"), $"writer {i}", PutCondition.IfAbsent))));
        Assert.Single(won, true);
        Assert.StartsWith("writer ", await ReadAsync(Here.Combine("race")));
    }

    [Fact]
    public async Task AReaderSeesTheOldFileOrTheNewOneWhileItIsReplaced()
    {
        var uri = Here.Combine("file");
        await PutAsync(uri, new string('a', 100_000));
        await using var open = await Store.OpenReadAsync(uri, CancellationToken.None);
        await PutAsync(uri, new string('b', 100_000));
        using var reader = new StreamReader(open);
        Assert.Equal(new string('a', 100_000), await reader.ReadToEndAsync());
        Assert.Equal(new string('b', 100_000), await ReadAsync(uri));
    }

    [Fact]
    public async Task ASymbolicLinkLeadsNowhere()
    {
        var outside = Directory.CreateTempSubdirectory("platform-test-").FullName;
        try
        {
            await PutAsync(Here.Combine("real"), "x");
            await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "s");
            Directory.CreateSymbolicLink(Path.Combine(_root, "platform", "link"), outside);
            File.CreateSymbolicLink(Path.Combine(_root, "platform", "file"), Path.Combine(outside, "secret"));
            await Assert.ThrowsAsync<IOException>(() => ReadAsync(ArtifactUri.Parse("s3://platform/link/secret")));
            await Assert.ThrowsAsync<IOException>(() => ReadAsync(ArtifactUri.Parse("s3://platform/file")));
            await Assert.ThrowsAsync<IOException>(() => PutAsync(ArtifactUri.Parse("s3://platform/link/new"), "x"));
            Assert.DoesNotContain(await ListAsync(ArtifactUri.Parse("s3://platform/")), name => name.Contains("secret") || name == "file");
            Assert.Equal(["secret"], Directory.GetFiles(outside).Select(Path.GetFileName));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Theory]
    [InlineData("s3://platform/../../etc/passwd")]
    [InlineData("s3://platform/a/../../b")]
    [InlineData("s3://platform//etc/passwd")]
    [InlineData("s3://../x")]
    [InlineData("s3://.incoming/x")]
    public void AKeyThatLeadsOutIsNoArtifact(string text) => Assert.False(ArtifactUri.TryParse(text, out _, out _));

    [Fact]
    public async Task ANameThatNoFileSystemHoldsIsRefusedByName()
    {
        var uri = Here.Combine(new string('x', 300));
        var exception = await Assert.ThrowsAsync<IOException>(() => PutAsync(uri, "x"));
        Assert.Contains("255 bytes", exception.Message);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
