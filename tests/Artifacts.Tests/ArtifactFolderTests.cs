using System.Text;
using Platform.Artifacts.Local;

namespace Platform.Artifacts.Tests;

public sealed class ArtifactFolderTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ArtifactUri There = ArtifactUri.Parse("s3://platform/runs/1/adapter/");
    private readonly string _temp = Directory.CreateTempSubdirectory("platform-test-").FullName;
    private readonly LocalArtifactStore _store;

    public ArtifactFolderTests() => _store = new LocalArtifactStore(Path.Combine(_temp, "store"));

    [Fact]
    public async Task TheDigestIsThatOfTheSortedLines()
    {
        var folder = Make(("b/x", "two"), ("a", "one"), ("B", "three"));
        var artifact = await ArtifactFolder.UploadAsync(_store, folder, There, None);
        var lines = $"{Digest.OfText("three")}  B\n{Digest.OfText("one")}  a\n{Digest.OfText("two")}  b/x\n";
        Assert.Equal(Digest.OfText(lines), artifact.Sha256);
        Assert.Equal((There, 11L), (artifact.Uri, artifact.SizeBytes));
        Assert.Equal(artifact.Sha256, await Digest.OfFolderAsync(folder, None));
        Assert.Equal(artifact, await ArtifactFolder.PinAsync(_store, There, None));
    }

    [Fact]
    public async Task ADownloadIsTheUpload()
    {
        var folder = Make(("config.json", "{}"), ("sub/weights", "1234"));
        var artifact = await ArtifactFolder.UploadAsync(_store, folder, There, None);
        var copy = Path.Combine(_temp, "copy");
        await ArtifactFolder.DownloadAsync(_store, There, artifact.Sha256, copy, None);
        Assert.Equal(artifact.Sha256, await Digest.OfFolderAsync(copy, None));
        Assert.Equal(2, Directory.GetFiles(copy, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task UploadingAgainLeavesExactlyTheNewFiles()
    {
        await ArtifactFolder.UploadAsync(_store, Make(("old", "1"), ("same", "2")), There, None);
        var artifact = await ArtifactFolder.UploadAsync(_store, Make(("new", "3"), ("same", "2")), There, None);
        Assert.Null(await _store.StatAsync(There.Combine("old"), None));
        Assert.Equal(artifact, await ArtifactFolder.PinAsync(_store, There, None));
    }

    [Fact]
    public async Task TheFileThatDiffersIsNamed()
    {
        var artifact = await ArtifactFolder.UploadAsync(_store, Make(("good", "1"), ("model.safetensors", "2")), There, None);
        await _store.PutAsync(There.Combine("model.safetensors"), new MemoryStream("3"u8.ToArray()), PutCondition.Overwrite, None);
        var copy = Path.Combine(_temp, "copy");
        var exception = await Assert.ThrowsAsync<DigestMismatchException>(() => ArtifactFolder.DownloadAsync(_store, There, artifact.Sha256, copy, None));
        Assert.Equal(There.Combine("model.safetensors"), exception.Uri);
        Assert.Contains(Digest.OfText("2"), exception.Message);
        Assert.False(File.Exists(Path.Combine(copy, "model.safetensors")));
    }

    [Fact]
    public async Task AnotherFolderUnderTheSameNameIsRefused()
    {
        var first = await ArtifactFolder.UploadAsync(_store, Make(("a", "1")), There, None);
        await ArtifactFolder.UploadAsync(_store, Make(("a", "2")), There, None);
        await Assert.ThrowsAsync<DigestMismatchException>(() => ArtifactFolder.DownloadAsync(_store, There, first.Sha256, Path.Combine(_temp, "copy"), None));
    }

    [Fact]
    public async Task AFolderWithoutAListingIsPinnedByItsBytes()
    {
        await _store.PutAsync(There.Combine("a"), new MemoryStream("1"u8.ToArray()), PutCondition.Overwrite, None);
        var artifact = await ArtifactFolder.PinAsync(_store, There, None);
        await ArtifactFolder.DownloadAsync(_store, There, artifact.Sha256, Path.Combine(_temp, "copy"), None);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(_temp, "copy", "a")));
    }

    [Fact]
    public async Task AListingThatLeadsOutOfTheFolderIsRefused()
    {
        var text = $"{Digest.OfText("x")}  ../../evil\n";
        await _store.PutAsync(There.Combine("SHA256SUMS"), new MemoryStream(Encoding.UTF8.GetBytes(text)), PutCondition.Overwrite, None);
        await Assert.ThrowsAsync<FormatException>(() => ArtifactFolder.DownloadAsync(_store, There, Digest.OfText(text), Path.Combine(_temp, "copy"), None));
    }

    [Fact]
    public async Task NothingAtAllIsNotFound()
    {
        await Assert.ThrowsAsync<ArtifactNotFoundException>(() => ArtifactFolder.PinAsync(_store, There, None));
        await Assert.ThrowsAsync<ArtifactNotFoundException>(() => ArtifactFolder.DownloadAsync(_store, There, Digest.OfText(""), _temp, None));
    }

    public void Dispose() => Directory.Delete(_temp, recursive: true);

    private string Make(params (string Path, string Text)[] files)
    {
        var folder = Path.Combine(_temp, Guid.NewGuid().ToString("N"));
        foreach (var (path, text) in files)
        {
            var full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
        }
        return folder;
    }
}
