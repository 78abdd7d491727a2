using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Platform.LocalCluster.Bench;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tests.Crashes;

/// <summary>A server in a process of its own, killed at random moments while it is written to.</summary>
public class KilledServerTests
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private const int Kills = 6;
    private const int Writers = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task NoAcknowledgedWriteIsLostAndAnInformerSeesEveryChangeOnce()
    {
        var folder = Directory.CreateTempSubdirectory("killed-").FullName;
        var moments = new Random(8);
        var writers = Enumerable.Range(0, Writers).Select(n => new CrashWriter(n)).ToList();
        using var end = new CancellationTokenSource();
        var process = await EmbeddedServer.StartAsync(folder, end.Token);
        using var server = ApiConnection.Open(process.Kubeconfig);
        var informer = new Informer(server, Path);
        var watching = informer.RunAsync(end.Token);
        try
        {
            await EventuallyAsync(() => informer.Lists == 1); // what is written before its list it sees there, not one by one
            for (var kill = 0; kill < Kills; kill++)
            {
                var writing = writers.Select(w => w.WriteAsync(server, Path, CancellationToken.None)).ToList();
                var enough = writers.Sum(w => w.Writes) + moments.Next(10, 200);
                await EventuallyAsync(() => writers.Sum(w => w.Writes) >= enough);
                await process.KillAsync();
                await Task.WhenAll(writing);
                await process.DisposeAsync();
                Assert.Equal("ok", Integrity(System.IO.Path.Combine(folder, "objects.db")));
                process = await EmbeddedServer.StartAsync(folder, end.Token);
                var stored = await StoredAsync(server);
                foreach (var writer in writers) writer.Compare(stored.ToDictionary(p => p.Key, p => p.Value.Value));
            }
            var objects = (await StoredAsync(server)).ToDictionary(p => p.Key, p => p.Value.Version);
            await EventuallyAsync(() => Own(informer.Snapshot().Objects).OrderBy(p => p.Key).SequenceEqual(objects.OrderBy(p => p.Key)));
            var (_, versions, faults) = informer.Snapshot();
            Assert.Empty(faults);
            Assert.Empty(writers.SelectMany(w => w.Versions).Except(versions));
            Assert.Equal(1, informer.Lists);
        }
        finally
        {
            await end.CancelAsync();
            await process.KillAsync();
            await process.DisposeAsync();
            await watching;
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Dictionary<string, (string Value, long Version)>> StoredAsync(ApiConnection server)
    {
        var list = JsonNode.Parse(await server.ExpectAsync(HttpMethod.Get, Path, null, CancellationToken.None));
        return list.List("items")!.Where(i => i.Text("metadata", "name")!.StartsWith('w')).ToDictionary(i => i.Text("metadata", "name")!,
            i => (i.Text("data", "value")!, long.Parse(i.Text("metadata", "resourceVersion")!, CultureInfo.InvariantCulture)));
    }

    /// <summary>The server gives every namespace a config map, too.</summary>
    private static IEnumerable<KeyValuePair<string, long>> Own(IReadOnlyDictionary<string, long> objects) => objects.Where(p => p.Key.StartsWith('w'));

    private static string Integrity(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds()) await Task.Delay(1, limit.Token);
    }
}
