using System.Text.Json.Nodes;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Tests.Crashes;

public class TornLogTests
{
    private const int Writes = 60;

    [Fact]
    public async Task WhereverTheLogEndsTheStoreIsAsItWasAfterSomeWrite()
    {
        var folder = Directory.CreateTempSubdirectory("torn-").FullName;
        var path = Path.Combine(folder, "objects.db");
        var random = new Random(5);
        Dictionary<long, string> history = [];
        byte[] file, log;
        await using (var store = new ObjectStore(path))
        {
            history[store.Version] = Show(store);
            for (var i = 0; i < Writes; i++)
            {
                var key = new ObjectKey("configmaps", "default", $"{random.Next(8)}");
                var there = store.Latest(key);
                if (there is not null && random.Next(3) == 0) await store.RemoveAsync(key, there.ResourceVersion, there.ToTree());
                else await store.WriteAsync(key, there?.ResourceVersion ?? 0, new JsonObject { ["i"] = i, ["text"] = new string('x', random.Next(3000)) });
                history[store.Version] = Show(store);
            }
            (file, log) = (await ReadAsync(path), await ReadAsync(path + "-wal"));
        }
        Assert.True(log.Length > 10_000, "the log holds none of the writes");
        HashSet<long> ends = [];
        foreach (var length in Enumerable.Range(0, 80).Select(_ => random.Next(log.Length)).Append(log.Length).Order())
        {
            var torn = Path.Combine(folder, $"torn-{length}.db");
            await File.WriteAllBytesAsync(torn, file);
            await File.WriteAllBytesAsync(torn + "-wal", log[..length]);
            await using var store = new ObjectStore(torn);
            Assert.Equal(history[store.Version], Show(store));
            ends.Add(store.Version);
        }
        Assert.Contains(history.Keys.Max(), ends);
        Assert.True(ends.Count > 20, $"only {ends.Count} different ends were tried");
        Directory.Delete(folder, recursive: true);
    }

    private static string Show(ObjectStore store) =>
        string.Join(' ', store.Snapshot("configmaps").All(null).Select(o => $"{o.Key.Name}@{o.ResourceVersion}:{o.Peek()["i"]}"));

    /// <summary>The store has the files open.</summary>
    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        await file.ReadExactlyAsync(content);
        return content;
    }
}
