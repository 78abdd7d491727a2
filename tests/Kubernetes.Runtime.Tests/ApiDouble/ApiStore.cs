using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Kubernetes.Runtime.Tests.ApiDouble;

/// <summary>Objects with versions, generations, finalizers and owners, and the history that watches read.</summary>
public sealed class ApiStore
{
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Type, string Plural, string Namespace, JsonObject Entity)> _history = [];
    private long _version = 100;

    /// <summary>Watches from before this version are answered with 410.</summary>
    public long OldestVersion { get; private set; }

    public long Version => _version;

    /// <summary>Forgets the history, as compaction does.</summary>
    public int Compact()
    {
        OldestVersion = _version;
        _history.Clear();
        return 0;
    }

    public IEnumerable<JsonObject> All(string plural) => _objects.Where(entry => entry.Key.StartsWith(plural + "/", StringComparison.Ordinal)).Select(entry => entry.Value);

    public IEnumerable<string> Keys => _objects.Keys;

    public IEnumerable<(long Version, string Type, JsonObject Entity)> Since(long version, ApiPath path) =>
        from entry in _history
        where entry.Version > version && entry.Plural == path.Plural && (path.Namespace.Length == 0 || path.Namespace == entry.Namespace) && path.Selects(entry.Entity)
        select (entry.Version, entry.Type, entry.Entity);

    public JsonObject List(ApiPath path)
    {
        var all = All(path.Plural).Where(entity => (path.Namespace.Length == 0 || path.Namespace == entity["metadata"]!["namespace"]!.ToString()) && path.Selects(entity)).ToList();
        var skip = int.Parse(path.Query["continue"] ?? "0", CultureInfo.InvariantCulture);
        var limit = int.Parse(path.Query["limit"] ?? "500", CultureInfo.InvariantCulture);
        var metadata = new JsonObject { ["resourceVersion"] = $"{_version}" };
        if (all.Count > skip + limit) metadata["continue"] = $"{skip + limit}";
        return new() { ["metadata"] = metadata, ["items"] = new JsonArray([.. all.Skip(skip).Take(limit).Select(entity => entity.DeepClone())]) };
    }

    public JsonObject Get(ApiPath path) => (JsonObject)Find(path).DeepClone();

    public JsonObject Create(ApiPath path, JsonObject entity)
    {
        var metadata = entity["metadata"]!.AsObject();
        path = path with { Name = metadata["name"]!.ToString() };
        if (_objects.ContainsKey(Key(path))) throw new ApiRefusal(HttpStatusCode.Conflict, "AlreadyExists");
        metadata["namespace"] = path.Namespace;
        metadata["uid"] ??= Guid.NewGuid().ToString();
        metadata["generation"] = 1L;
        if (path.Plural == "finetunejobs") entity["status"] = new JsonObject { ["observedGeneration"] = -1 };
        return Store(path, entity, "ADDED");
    }

    public JsonObject Replace(ApiPath path, JsonObject entity)
    {
        var known = Find(path);
        if (entity["metadata"]?["resourceVersion"]?.ToString() is { } version && version != known["metadata"]!["resourceVersion"]!.ToString())
            throw new ApiRefusal(HttpStatusCode.Conflict, "Conflict");
        var next = (JsonObject)(path.Subresource == "status" ? known : entity).DeepClone();
        if (path.Subresource == "status") next["status"] = entity["status"]?.DeepClone();
        else if (known["status"] is { } status) next["status"] = status.DeepClone();
        return Change(path, known, next);
    }

    public JsonObject Patch(ApiPath path, JsonNode patch)
    {
        var known = Find(path);
        var next = (JsonObject)known.DeepClone();
        if (patch is JsonArray operations) Apply(next, operations);
        else Merge(next, patch.AsObject());
        return Change(path, known, next);
    }

    public JsonObject Delete(ApiPath path, JsonObject? options = null)
    {
        var known = Find(path);
        if (options?["preconditions"]?["uid"]?.ToString() is { } uid && uid != known["metadata"]!["uid"]!.ToString()) throw new ApiRefusal(HttpStatusCode.Conflict, "Conflict");
        if (known["metadata"]!["finalizers"] is JsonArray { Count: > 0 })
        {
            var marked = (JsonObject)known.DeepClone();
            marked["metadata"]!["deletionTimestamp"] ??= DateTime.UnixEpoch.AddYears(56).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            return Change(path, known, marked);
        }

        return Remove(path, known);
    }

    private JsonObject Change(ApiPath path, JsonObject known, JsonObject next)
    {
        next["metadata"]!["generation"] = known["metadata"]!["generation"]?.DeepClone();
        if (!JsonNode.DeepEquals(known["spec"], next["spec"])) next["metadata"]!["generation"] = (long)known["metadata"]!["generation"]! + 1;
        next["metadata"]!["resourceVersion"] = known["metadata"]!["resourceVersion"]!.DeepClone();
        if (JsonNode.DeepEquals(known, next)) return next;
        if (next["metadata"]!["deletionTimestamp"] is not null && next["metadata"]!["finalizers"] is not JsonArray { Count: > 0 }) return Remove(path, next);
        return Store(path, next, "MODIFIED");
    }

    private JsonObject Store(ApiPath path, JsonObject entity, string type)
    {
        entity["metadata"]!["resourceVersion"] = $"{++_version}";
        _objects[Key(path)] = entity;
        _history.Add((_version, type, path.Plural, path.Namespace, (JsonObject)entity.DeepClone()));
        return (JsonObject)entity.DeepClone();
    }

    private JsonObject Remove(ApiPath path, JsonObject entity)
    {
        _objects.Remove(Key(path));
        entity = (JsonObject)entity.DeepClone();
        entity["metadata"]!["resourceVersion"] = $"{++_version}";
        _history.Add((_version, "DELETED", path.Plural, path.Namespace, entity));
        var uid = entity["metadata"]!["uid"]!.ToString();
        foreach (var (key, owned) in _objects.ToList())
        {
            if (owned["metadata"]!["ownerReferences"] is not JsonArray owners || !owners.Any(owner => owner!["uid"]!.ToString() == uid)) continue;
            var parts = key.Split('/');
            Delete(ApiPath.Of(parts[0], parts[1], parts[2]));
        }

        return (JsonObject)entity.DeepClone();
    }

    private JsonObject Find(ApiPath path) => _objects.GetValueOrDefault(Key(path)) ?? throw new ApiRefusal(HttpStatusCode.NotFound, "NotFound");

    private static string Key(ApiPath path) => $"{path.Plural}/{path.Namespace}/{path.Name}";

    private static void Apply(JsonObject entity, JsonArray operations)
    {
        foreach (var operation in operations)
        {
            var path = operation!["path"]!.ToString().Trim('/').Split('/');
            var parent = path[..^1].Aggregate((JsonNode)entity, (node, name) => node[name]!);
            if (operation["op"]!.ToString() == "add") parent[path[^1]] = operation["value"]!.DeepClone();
            else if (parent[path[^1]]?.ToString() != operation["value"]!.ToString()) throw new ApiRefusal(HttpStatusCode.UnprocessableEntity, "Invalid");
        }
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject nested && target[name] is JsonObject known) Merge(known, nested);
            else target[name] = value.DeepClone();
        }
    }
}
