using System.Globalization;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Selectors;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Handlers;

/// <summary>The objects of a list, the version they are from, and where the next chunk starts.</summary>
public sealed record ListResult(IReadOnlyList<StoredObject> Items, long Version, string? Continue, long? Remaining);

/// <summary>GET of one object and of a list.</summary>
public sealed class ReadHandler(Cluster cluster)
{
    private static readonly TimeSpan FutureVersionWait = TimeSpan.FromSeconds(3);

    public async Task<StoredObject> GetAsync(ApiRequest request)
    {
        if (request.Text("resourceVersion") is { Length: > 0 } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) throw ApiStatusException.Internal(ListOptions.VersionProblem(text));
            await WaitFor(version, request.Aborted);
        }
        return cluster.Store.Snapshot(request.Resource.StorageResource).Find(request.Key.Namespace, request.Name!)
            ?? throw ApiStatusException.NotFound(request.Resource, request.Name!);
    }

    public async Task<ListResult> ListAsync(ApiRequest request)
    {
        var filter = ObjectFilter.Of(request);
        var options = ListOptions.Of(request, watch: false);
        var asked = options.Version(watch: false);
        if (options.Continue.Length > 0) return Chunk(request, filter, options.Limit, ContinueToken.Parse(options.Continue));
        if (asked is { } version) await WaitFor(version, request.Aborted);
        var exact = options.Match == "Exact" && asked is not null;
        var (snapshot, current) = cluster.Store.Read(request.Resource.StorageResource);
        if (exact) snapshot = At(request, asked!.Value, consistent: false);
        return Take(request, filter, options.Limit, snapshot, exact ? asked!.Value : current, null);
    }

    private ListResult Chunk(ApiRequest request, ObjectFilter filter, long limit, ContinueToken token) =>
        Take(request, filter, limit, At(request, token.Version, consistent: true), token.Version, token);

    private static ListResult Take(ApiRequest request, ObjectFilter filter, long limit, ResourceSnapshot snapshot, long version, ContinueToken? after)
    {
        IEnumerable<StoredObject> all = snapshot.All(request.Resource.Namespaced ? request.Namespace : null);
        if (after is not null) all = all.SkipWhile(o => IsBefore(o.Key, after));
        if (!filter.IsEmpty) all = all.Where(filter.Matches);
        if (limit <= 0) return new ListResult([.. all], version, null, null);
        List<StoredObject> items = [];
        long rest = 0;
        foreach (var stored in all)
        {
            if (items.Count < limit) items.Add(stored);
            else rest++;
            if (rest > 0 && !filter.IsEmpty) break;
        }
        if (rest == 0) return new ListResult(items, version, null, null);
        var last = items[^1].Key;
        return new ListResult(items, version, new ContinueToken(version, last.Namespace, last.Name).ToString(), filter.IsEmpty ? rest : null);
    }

    private ResourceSnapshot At(ApiRequest request, long version, bool consistent) => cluster.Store.SnapshotAt(request.Resource.StorageResource, version)
        ?? throw ApiStatusException.Expired(consistent
            ? "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
            : $"The resourceVersion for the provided list is too old.");

    private static bool IsBefore(ObjectKey key, ContinueToken token)
    {
        var byNamespace = string.CompareOrdinal(key.Namespace, token.Namespace);
        return byNamespace < 0 || (byNamespace == 0 && string.CompareOrdinal(key.Name, token.Name) <= 0);
    }

    /// <summary>A version that is not there yet may come with a write in flight; one from another world never does.</summary>
    private async Task WaitFor(long version, CancellationToken aborted)
    {
        if (version <= cluster.Store.Version) return;
        var deadline = cluster.Clock.GetTimestamp();
        while (cluster.Store.Version < version && cluster.Clock.GetElapsedTime(deadline) < FutureVersionWait) await Task.Delay(50, aborted);
        if (cluster.Store.Version >= version) return;
        throw new ApiStatusException(504, "Timeout", $"Timeout: Too large resource version: {version}, current: {cluster.Store.Version}", new System.Text.Json.Nodes.JsonObject
        {
            ["causes"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });
    }
}
