using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Bench;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tests.Crashes;

/// <summary>What every client does: list once, watch from there, go on from the last version when the connection breaks, list again on 410.</summary>
internal sealed class Informer(ApiConnection server, string path)
{
    private readonly Lock _state = new();
    private readonly Dictionary<string, long> _objects = [];
    private readonly List<long> _versions = [];
    private readonly List<string> _faults = [];
    private long? _version;

    public int Lists { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (_version is null) await ListAsync(cancellation);
                await WatchAsync(cancellation);
            }
            catch (Exception down) when (down is HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            }
        }
    }

    /// <summary>The objects with their versions, every version seen in order, and what cannot follow from what was seen before.</summary>
    public (IReadOnlyDictionary<string, long> Objects, IReadOnlyList<long> Versions, IReadOnlyList<string> Faults) Snapshot()
    {
        lock (_state) return (new Dictionary<string, long>(_objects), [.. _versions], [.. _faults]);
    }

    private async Task ListAsync(CancellationToken cancellation)
    {
        var list = JsonNode.Parse(await server.ExpectAsync(HttpMethod.Get, path, null, cancellation));
        lock (_state)
        {
            Lists++;
            _objects.Clear();
            foreach (var item in list.List("items")!) _objects[item.Text("metadata", "name")!] = Version(item);
            _version = Version(list);
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        var (response, lines) = await server.WatchAsync($"{path}?watch=true&resourceVersion={_version}", cancellation);
        using (response)
        using (var reader = new StreamReader(lines))
        {
            while (await reader.ReadLineAsync(cancellation) is { } line) See(JsonNode.Parse(line)!);
        }
    }

    private void See(JsonNode change)
    {
        lock (_state)
        {
            if (change.Text("type") == "ERROR")
            {
                _version = null;
                return;
            }
            var (type, obj) = (change.Text("type"), change["object"]);
            var (name, version) = (obj.Text("metadata", "name")!, Version(obj));
            if (version <= _version) _faults.Add($"{type} {name} at {version} after {_version}");
            if ((type == "ADDED") == _objects.ContainsKey(name)) _faults.Add($"{type} {name} at {version}, which was {(_objects.ContainsKey(name) ? "" : "not ")}there");
            if (type == "DELETED") _objects.Remove(name);
            else _objects[name] = version;
            _versions.Add(version);
            _version = version;
        }
    }

    private static long Version(JsonNode? obj) => long.Parse(obj.Text("metadata", "resourceVersion")!, CultureInfo.InvariantCulture);
}
