using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Tables;

/// <summary>A meta.k8s.io Table in the making.</summary>
internal sealed class TableRendering
{
    private readonly ITableFormat _format;
    private readonly MediaChoice _media;
    private readonly string _include;
    private readonly JsonObject _table;
    private readonly JsonArray _rows = [];

    private TableRendering(ApiRequest request, ITableFormat format, JsonObject metadata, bool columns)
    {
        (_format, _media) = (format, request.Media);
        _include = Include(request);
        _table = new JsonObject { ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/" + _media.Version, ["metadata"] = metadata };
        _table["columnDefinitions"] = columns ? new JsonArray([.. format.Columns.Select(c => (JsonNode)c.ToJson())]) : null;
        _table["rows"] = _rows;
    }

    public static TableRendering Start(ApiRequest request, ITableFormat format, string version, string? continueToken = null, long? remaining = null, bool columns = true)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version };
        if (continueToken is not null) metadata["continue"] = continueToken;
        if (remaining is not null) metadata["remainingItemCount"] = remaining;
        return new TableRendering(request, format, metadata, columns);
    }

    /// <summary>The includeObject parameter, checked.</summary>
    public static string Include(ApiRequest request) => request.Text("includeObject") is { Length: > 0 } text
        ? text is "None" or "Metadata" or "Object" ? text : throw ApiStatusException.BadRequest(
            $"Unable to convert to Table as requested: includeObject: Invalid value: {FieldError.Quote(text)}: must be 'Metadata', 'Object', 'None', or empty")
        : "Metadata";

    public void Add(JsonObject obj, DateTimeOffset now) => _rows.Add(new JsonObject
    {
        ["cells"] = _format.Cells(obj, now),
        ["object"] = _include switch { "None" => null, "Object" => obj, _ => PartialMetadata.Of(obj, _media) },
    });

    public JsonObject ToJson() => _table;
}
