using System.Text;

namespace Platform.Artifacts.Tests;

/// <summary>What every artifact store promises; one derived class per store.</summary>
public abstract class ArtifactStoreContract
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A folder nobody else uses.</summary>
    protected ArtifactUri Here { get; } = ArtifactUri.Parse($"s3://platform/tests/{Guid.NewGuid():N}/");

    protected abstract IArtifactStore Store { get; }

    [Fact]
    public async Task WhatWasWrittenIsRead()
    {
        var uri = Here.Combine("a/b.txt");
        Assert.True(await PutAsync(uri, "hello"));
        Assert.Equal("hello", await ReadAsync(uri));
        var stat = await Store.StatAsync(uri, None);
        Assert.Equal((uri, 5L), (stat!.Uri, stat.SizeBytes));
        Assert.InRange(stat.LastModified, TimeProvider.System.GetUtcNow().AddMinutes(-10), TimeProvider.System.GetUtcNow().AddMinutes(10));
    }

    [Fact]
    public async Task AnEmptyFileIsAFile()
    {
        await PutAsync(Here.Combine("empty"), "");
        Assert.Equal("", await ReadAsync(Here.Combine("empty")));
        Assert.Equal(0, (await Store.StatAsync(Here.Combine("empty"), None))!.SizeBytes);
    }

    [Fact]
    public async Task OverwriteReplacesAndIfAbsentKeeps()
    {
        var uri = Here.Combine("file");
        await PutAsync(uri, "first");
        Assert.False(await PutAsync(uri, "second", PutCondition.IfAbsent));
        Assert.Equal("first", await ReadAsync(uri));
        Assert.True(await PutAsync(uri, "third"));
        Assert.Equal("third", await ReadAsync(uri));
        Assert.True(await PutAsync(Here.Combine("other"), "x", PutCondition.IfAbsent));
    }

    [Fact]
    public async Task AFileOfManyPartsSurvives()
    {
        var bytes = new byte[12_345_678];
        new Random(1).NextBytes(bytes);
        await Store.PutAsync(Here.Combine("big"), new MemoryStream(bytes), PutCondition.Overwrite, None);
        await using var content = await Store.OpenReadAsync(Here.Combine("big"), None);
        Assert.Equal(Digest.OfBytes(bytes), await Digest.OfStreamAsync(content, None));
    }

    [Fact]
    public async Task AStreamOfUnknownLengthIsWritten()
    {
        await using var content = new OneWayStream(new MemoryStream(new byte[6_000_000]));
        await Store.PutAsync(Here.Combine("unknown"), content, PutCondition.Overwrite, None);
        Assert.Equal(6_000_000, (await Store.StatAsync(Here.Combine("unknown"), None))!.SizeBytes);
    }

    [Fact]
    public async Task AMissingFileIsSaidToBeMissing()
    {
        Assert.Null(await Store.StatAsync(Here.Combine("none"), None));
        Assert.Null(await Store.StatAsync(ArtifactUri.Parse("s3://no-such-bucket/none"), None));
        var exception = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => Store.OpenReadAsync(Here.Combine("none"), None));
        Assert.Equal(Here.Combine("none"), exception.Uri);
        await Store.DeleteAsync(Here.Combine("none"), None);
    }

    [Fact]
    public async Task ADeletedFileIsGone()
    {
        await PutAsync(Here.Combine("file"), "x");
        await Store.DeleteAsync(Here.Combine("file"), None);
        Assert.Null(await Store.StatAsync(Here.Combine("file"), None));
        Assert.Empty(await ListAsync(Here));
    }

    [Fact]
    public async Task AListHoldsEveryFileBelowInOrdinalOrder()
    {
        string[] names = ["Z", "a-b/1", "a/b/c/2", "a/b/1", "a.txt", "ä"];
        foreach (var name in names) await PutAsync(Here.Combine(name), name);
        Assert.Equal(names.Order(StringComparer.Ordinal), await ListAsync(Here));
        Assert.Equal(["1", "c/2"], await ListAsync(Here.Combine("a/b/")));
        Assert.Empty(await ListAsync(Here.Combine("b/")));
        Assert.Empty(await ListAsync(ArtifactUri.Parse("s3://no-such-bucket/")));
    }

    [Fact]
    public async Task AListIsNotCutAtThePageSizeOfAServer()
    {
        for (var i = 0; i < 1005; i++) await PutAsync(Here.Combine($"{i:0000}"), "");
        Assert.Equal(1005, (await ListAsync(Here)).Count);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("a+b")]
    [InlineData("100%25 sure")]
    [InlineData("q?x=1&y=2#f")]
    [InlineData("日本語 ü 🎈")]
    [InlineData("quote'\"<xml>&amp;")]
    [InlineData(".hidden")]
    [InlineData("...")]
    [InlineData("-rf")]
    public async Task OddNamesAreOrdinaryNames(string name)
    {
        var uri = Here.Combine($"odd/{name}");
        await PutAsync(uri, name);
        Assert.Equal(name, await ReadAsync(uri));
        Assert.Equal([name], await ListAsync(Here.Combine("odd/")));
        await Store.DeleteAsync(uri, None);
        Assert.Null(await Store.StatAsync(uri, None));
    }

    [Fact]
    public async Task AWriteThatFailsHalfwayLeavesNothing()
    {
        var uri = Here.Combine("half");
        await Assert.ThrowsAnyAsync<Exception>(() => Store.PutAsync(uri, new OneWayStream(new MemoryStream(new byte[8_000_000]), failAt: 6_000_000), PutCondition.Overwrite, None));
        Assert.Null(await Store.StatAsync(uri, None));
        Assert.Empty(await ListAsync(Here));
    }

    [Fact]
    public async Task FoldersAreNotFilesAndFilesAreNotFolders()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(Here, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenReadAsync(Here, None));
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(Here.Combine("file")));
    }

    protected Task<bool> PutAsync(ArtifactUri uri, string text, PutCondition condition = PutCondition.Overwrite) =>
        Store.PutAsync(uri, new MemoryStream(Encoding.UTF8.GetBytes(text)), condition, None);

    protected async Task<string> ReadAsync(ArtifactUri uri)
    {
        using var reader = new StreamReader(await Store.OpenReadAsync(uri, None));
        return await reader.ReadToEndAsync();
    }

    protected async Task<List<string>> ListAsync(ArtifactUri folder)
    {
        List<string> names = [];
        await foreach (var file in Store.ListAsync(folder, None)) names.Add(file.Uri.Key[folder.Key.Length..]);
        return names;
    }
}
