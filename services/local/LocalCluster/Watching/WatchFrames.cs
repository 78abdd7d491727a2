using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Selectors;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Tables;

namespace Platform.LocalCluster.Watching;

/// <summary>The lines of one watch. Plain JSON lines are made once per change and shared by all watches.</summary>
internal sealed class WatchFrames(ApiRequest request, TimeProvider clock)
{
    private static readonly ConditionalWeakTable<StoredObject, byte[]>[] Shared = [[], [], []];

    private readonly bool _plain = request.Media is { Table: false, Partial: false };
    private bool _columnsSent;

    /// <summary>The line for a change; empty when this watch does not care.</summary>
    public ReadOnlyMemory<byte> Of(Change change, ObjectFilter filter)
    {
        if (filter.IsEmpty) return Event(Name(change.Kind), change.Object);
        var now = change.Kind != ChangeKind.Deleted && filter.Matches(change.Object);
        var before = change.Before is not null && filter.Matches(change.Before);
        if (now) return Event(before ? "MODIFIED" : "ADDED", change.Object);
        if (!before) return default;
        return change.Kind == ChangeKind.Deleted ? Event("DELETED", change.Object) : Event("DELETED", AsOf(change.Before!, change.ResourceVersion));
    }

    public ReadOnlyMemory<byte> Event(string type, StoredObject stored)
    {
        if (!_plain || !request.Resource.ServesAsStored(stored)) return Line(type, Shape(request.Resource.FromStorage(stored), stored.ResourceVersion));
        var index = type switch { "ADDED" => 0, "MODIFIED" => 1, _ => 2 };
        return Shared[index].GetValue(stored, s => [.. Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"), .. s.Bytes, .. "}\n"u8]);
    }

    public ReadOnlyMemory<byte> Bookmark(long version, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (!request.Resource.IsCustom) metadata["creationTimestamp"] = null;
        if (initialEventsEnd) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var obj = new JsonObject { ["kind"] = request.Resource.Kind, ["apiVersion"] = request.Resource.ApiVersion, ["metadata"] = metadata };
        if (!request.Resource.IsCustom) metadata.Remove("creationTimestamp");
        return Line("BOOKMARK", request.Media.Table ? EmptyTable(obj, version) : request.Media.Partial ? PartialMetadata.Of(obj, request.Media) : obj);
    }

    public ReadOnlyMemory<byte> Error(ApiStatusException status) => Line("ERROR", status.ToStatus());

    private JsonObject Shape(JsonObject obj, long version)
    {
        if (request.Media.Partial) return PartialMetadata.Of(obj, request.Media);
        if (!request.Media.Table) return obj;
        var table = TableRendering.Start(request, request.Resource.Table, version.ToString(CultureInfo.InvariantCulture), columns: !_columnsSent);
        _columnsSent = true;
        table.Add(obj, clock.GetUtcNow());
        return table.ToJson();
    }

    private JsonObject EmptyTable(JsonObject obj, long version)
    {
        var table = TableRendering.Start(request, request.Resource.Table, version.ToString(CultureInfo.InvariantCulture), columns: !_columnsSent);
        _columnsSent = true;
        var json = table.ToJson();
        json["rows"]!.AsArray().Add(new JsonObject { ["cells"] = new JsonArray([.. request.Resource.Table.Columns.Select(_ => (JsonNode?)null)]), ["object"] = PartialMetadata.Of(obj, request.Media) });
        return json;
    }

    private static StoredObject AsOf(StoredObject before, long version)
    {
        var tree = before.ToTree();
        tree["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(before.Key, version, JsonText.Write(tree));
    }

    private static ReadOnlyMemory<byte> Line(string type, JsonObject obj) =>
        (byte[])[.. JsonText.Write(new JsonObject { ["type"] = type, ["object"] = obj }), (byte)'\n'];

    private static string Name(ChangeKind kind) => kind switch { ChangeKind.Added => "ADDED", ChangeKind.Modified => "MODIFIED", _ => "DELETED" };
}
