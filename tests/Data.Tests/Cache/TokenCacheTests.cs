using Platform.Data.Cache;
using Platform.Data.Collation;

namespace Platform.Data.Tests.Cache;

public sealed class TokenCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("token-cache-").FullName;
    private readonly Clock _clock = new();
    private int _builds;

    [Fact]
    public async Task RowsAreMadeOnceAndReadBackAsTheyWere()
    {
        var expected = Rows(5000).ToList();
        for (var time = 0; time < 3; time++)
        {
            using var rows = await OpenAsync("a", 5000);
            Assert.Equal(expected.Count, rows.Count);
            Assert.All(expected.Zip(rows), pair => Assert.True(Same(pair.First, pair.Second)));
            Assert.True(Same(expected[4321], rows[4321]));
            Assert.Equal(5000, rows.Counts["rows"]);
            Assert.Throws<ArgumentOutOfRangeException>(() => rows[5000]);
        }

        Assert.Equal(1, _builds);
    }

    [Fact]
    public async Task AnyPartOfTheKeyMakesAnotherFolder()
    {
        TokenCacheKey[] keys = [new("d", "t", "e"), new("D", "t", "e"), new("d", "T", "e"), new("d", "t", "E")];
        foreach (var key in keys)
        {
            using var rows = await OpenAsync(key, 1);
        }

        Assert.Equal(4, _builds);
        Assert.Equal(new TokenCacheKey("d", "t", "e").ToString(), keys[0].ToString());
    }

    [Fact]
    public async Task LargeDatasetsAreSpreadOverFilesAndEmptyOnesAreFine()
    {
        var row = new SupervisedExample(new int[300_000], new int[300_000]);
        using var rows = await new TokenCache(_folder, long.MaxValue, _clock).OpenAsync(new("big", "", ""), add =>
        {
            for (var i = 0; i < 120; i++) add(new SupervisedExample([i, .. row.InputIds], [.. row.Labels, i]));
            return Counts(120);
        });
        Assert.True(Directory.GetFiles(Folders().Single(), "rows-*.arrow").Length > 1);
        Assert.Equal(Enumerable.Range(0, 120), rows.Select(one => one.InputIds[0]));
        using var none = await OpenAsync("none", 0);
        Assert.Empty(none);
    }

    [Theory]
    [InlineData("rows-00000.arrow", false)]
    [InlineData("rows-00000.arrow", true)]
    [InlineData("index.json", false)]
    [InlineData("index.json", true)]
    public async Task ADamagedFolderIsMadeAgain(string file, bool cutOff)
    {
        (await OpenAsync("a", 500)).Dispose();
        var path = Path.Combine(Folders().Single(), file);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        if (cutOff) bytes = bytes[..(bytes.Length / 2)];
        else bytes[bytes.Length / 2] ^= 0x55;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        using var rows = await OpenAsync("a", 500);
        Assert.True(Same(Rows(500).Last(), rows[499]));
        Assert.Equal(2, _builds);
    }

    [Fact]
    public async Task ABuildThatStopsLeavesNothingToRead()
    {
        var cache = new TokenCache(_folder, long.MaxValue, _clock);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.OpenAsync(new("a", "", ""), add =>
        {
            foreach (var row in Rows(100)) add(row);
            throw new InvalidOperationException("stopped");
        }));
        Assert.Empty(Directory.GetDirectories(_folder));

        // What a killed process leaves: a folder that never got its name. It goes when nobody can be working on it any more.
        var left = Directory.CreateDirectory(Path.Combine(_folder, ".unfinished-1"));
        left.LastWriteTimeUtc = _clock.GetUtcNow().UtcDateTime;
        (await OpenAsync("a", 10)).Dispose();
        Assert.True(left.Exists);
        _clock.Advance(TimeSpan.FromDays(3));
        (await OpenAsync("a", 10)).Dispose();
        Assert.False(Directory.Exists(left.FullName));
        Assert.Equal(1, _builds);
    }

    [Fact]
    public async Task TheLongestUnusedGoBeyondTheLimit()
    {
        (await OpenAsync("a", 1000)).Dispose();
        var limit = BytesTaken() * 5 / 2;
        foreach (var name in new[] { "b", "a", "c" })
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            (await OpenAsync(new TokenCacheKey(name, "", ""), 1000, limit)).Dispose();
        }

        Assert.InRange(BytesTaken(), 1, limit);
        var before = _builds;
        (await OpenAsync("a", 1000)).Dispose();
        Assert.Equal(before, _builds);
        (await OpenAsync("b", 1000)).Dispose();
        Assert.Equal(before + 1, _builds);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<CachedExamples> OpenAsync(string dataset, int rows) => OpenAsync(new TokenCacheKey(dataset, "", ""), rows);

    private Task<CachedExamples> OpenAsync(TokenCacheKey key, int rows, long maxBytes = long.MaxValue) => new TokenCache(_folder, maxBytes, _clock).OpenAsync(key, add =>
    {
        _builds++;
        foreach (var row in Rows(rows)) add(row);
        return Counts(rows);
    });

    private static Task<IReadOnlyDictionary<string, long>> Counts(long rows) => Task.FromResult<IReadOnlyDictionary<string, long>>(new Dictionary<string, long> { ["rows"] = rows });

    private IEnumerable<string> Folders() => Directory.GetDirectories(_folder).Where(folder => !Path.GetFileName(folder).StartsWith('.'));

    private long BytesTaken() => Folders().Sum(folder => Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length));

    private static IEnumerable<SupervisedExample> Rows(int count) => Enumerable.Range(0, count).Select(i =>
    {
        int[] ids = [.. Enumerable.Range(i, i % 7)];
        return new SupervisedExample(ids, [.. ids.Select(id => id % 2 == 0 ? id : SupervisedExample.IgnoredLabel)]);
    });

    private static bool Same(SupervisedExample one, SupervisedExample other) => one.InputIds.SequenceEqual(other.InputIds) && one.Labels.SequenceEqual(other.Labels);

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
