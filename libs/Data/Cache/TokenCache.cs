using Platform.Data.Collation;

namespace Platform.Data.Cache;

/// <summary>
/// Keeps tokenized datasets on this machine, a folder per key. A folder appears all at once, so that whoever is stopped while writing leaves nothing
/// that could be read; a damaged one is made again. Beyond the size limit the ones unused for longest go. Several processes may share it.
/// </summary>
/// <param name="maxBytes">What all folders together may take; the one in use stays in any case.</param>
public sealed class TokenCache(string folder, long maxBytes, TimeProvider time)
{
    private const string Unfinished = ".unfinished-";
    private static readonly TimeSpan LongestBuild = TimeSpan.FromDays(2);

    /// <summary>The rows of the key, made if they are not there; dispose them when they are not needed any more.</summary>
    /// <param name="build">Gives every row to the action, in order, and returns what it counted.</param>
    public async Task<CachedExamples> OpenAsync(TokenCacheKey key, Func<Action<SupervisedExample>, Task<IReadOnlyDictionary<string, long>>> build)
    {
        var place = Path.Combine(folder, key.ToString());
        var rows = TryOpen(place);
        if (rows is null)
        {
            await BuildAsync(place, build);
            rows = CachedExamples.Open(place);
        }

        Directory.SetLastWriteTimeUtc(place, time.GetUtcNow().UtcDateTime);
        Trim(place);
        return rows;
    }

    private static CachedExamples? TryOpen(string place)
    {
        if (!Directory.Exists(place)) return null;
        try
        {
            return CachedExamples.Open(place);
        }
        catch (Exception damage) when (damage is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // damaged, or on its way out: it is made again
        }
    }

    private async Task BuildAsync(string place, Func<Action<SupervisedExample>, Task<IReadOnlyDictionary<string, long>>> build)
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(folder, $"{Unfinished}{Guid.NewGuid():N}")).FullName;
        try
        {
            using var writer = new CacheWriter(unfinished);
            var counts = await build(writer.Add);
            new CacheIndex(counts, writer.Finish()).Write(unfinished);
            // Another process may have been faster: what it made is the same. What is damaged is not, and goes.
            using var faster = TryOpen(place);
            if (faster is not null) return;
            if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
            Directory.Move(unfinished, place);
        }
        catch (IOException) when (TryOpen(place) is { } faster)
        {
            faster.Dispose(); // what the other process made is as good
        }
        finally
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        }
    }

    private void Trim(string inUse)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var folders = new DirectoryInfo(folder).GetDirectories();
        foreach (var left in folders.Where(one => one.Name.StartsWith(Unfinished, StringComparison.Ordinal) && now - one.LastWriteTimeUtc > LongestBuild)) Delete(left);
        var total = 0L;
        foreach (var kept in folders.Where(one => !one.Name.StartsWith('.')).OrderByDescending(one => one.FullName == Path.GetFullPath(inUse)).ThenByDescending(one => one.LastWriteTimeUtc))
        {
            total += BytesOf(kept);
            if (total > maxBytes && kept.FullName != Path.GetFullPath(inUse)) Delete(kept);
        }
    }

    private static long BytesOf(DirectoryInfo one)
    {
        try
        {
            return one.GetFiles().Sum(file => file.Length);
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            return 0; // another process deleted it
        }
    }

    private static void Delete(DirectoryInfo one)
    {
        try
        {
            one.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // another process deleted it
        }
    }
}
