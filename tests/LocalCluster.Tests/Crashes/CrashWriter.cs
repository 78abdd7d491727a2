using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Bench;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tests.Crashes;

/// <summary>Creates, changes and deletes objects of its own as fast as it can, and knows which writes the server has acknowledged.</summary>
internal sealed class CrashWriter(int number)
{
    private const int Objects = 12;

    private readonly Random _random = new(number);
    private readonly Dictionary<string, string> _acknowledged = [];
    private (string Name, string? Value)? _inFlight;
    private int _values;
    private int _writes;

    /// <summary>Acknowledged writes so far.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>The versions of the acknowledged writes (a deletion's version is not in its answer).</summary>
    public List<long> Versions { get; } = [];

    /// <summary>Returns when the server is gone, or when it is told to end.</summary>
    public async Task WriteAsync(ApiConnection server, string path, CancellationToken end)
    {
        try
        {
            while (!end.IsCancellationRequested) await WriteOneAsync(server, path);
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            return; // whether the write in flight happened is for Compare to find out
        }
    }

    /// <summary>What is stored must be what was acknowledged last, or the one write whose answer the crash took.</summary>
    public void Compare(IReadOnlyDictionary<string, string> stored)
    {
        for (var i = 0; i < Objects; i++)
        {
            var name = Name(i);
            var (found, expected) = (stored.GetValueOrDefault(name), _acknowledged.GetValueOrDefault(name));
            if (found == expected) continue;
            Assert.True(_inFlight is { } write && write.Name == name && write.Value == found, $"{name} is {found ?? "gone"}; it was acknowledged as {expected ?? "gone"}, in flight was {_inFlight}");
            if (found is null) _acknowledged.Remove(name);
            else _acknowledged[name] = found;
        }
        _inFlight = null;
    }

    private async Task WriteOneAsync(ApiConnection server, string path)
    {
        var name = Name(_random.Next(Objects));
        var exists = _acknowledged.ContainsKey(name);
        var value = exists && _random.Next(4) == 0 ? null : $"{++_values}";
        _inFlight = (name, value);
        var (method, target) = value is null ? (HttpMethod.Delete, $"{path}/{name}") : exists ? (HttpMethod.Put, $"{path}/{name}") : (HttpMethod.Post, path);
        var body = value is null ? null : $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"value":"{{{value}}}"}}""";
        var answer = JsonNode.Parse(await server.ExpectAsync(method, target, body, CancellationToken.None));
        if (value is null) _acknowledged.Remove(name);
        else
        {
            _acknowledged[name] = value;
            Versions.Add(long.Parse(answer.Text("metadata", "resourceVersion")!, CultureInfo.InvariantCulture));
        }
        _inFlight = null;
        Interlocked.Increment(ref _writes);
    }

    private string Name(int index) => $"w{number}-{index}";
}
