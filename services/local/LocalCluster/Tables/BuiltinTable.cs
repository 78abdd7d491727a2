using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tables;

/// <summary>A table made of columns that each know their cell.</summary>
public sealed class BuiltinTable(params (TableColumn Column, Func<JsonObject, DateTimeOffset, JsonNode?> Cell)[] columns) : ITableFormat
{
    private const string NameDescription = "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. "
        + "Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    public static readonly TableColumn NameColumn = new("Name", Format: "name", Description: NameDescription);

    /// <summary>For kinds without columns of their own.</summary>
    public static readonly BuiltinTable NameAndCreated = new((NameColumn, (o, _) => Name(o)), (new TableColumn("Created At", "date"), (o, _) => o.Text("metadata", "creationTimestamp")));

    public static readonly BuiltinTable NameAndAge = new((NameColumn, (o, _) => Name(o)), (new TableColumn("Age"), (o, now) => Age(o, now)));

    public IReadOnlyList<TableColumn> Columns { get; } = [.. columns.Select(c => c.Column)];

    public JsonArray Cells(JsonObject obj, DateTimeOffset now) => new([.. columns.Select(c => c.Cell(obj, now))]);

    public static string Name(JsonObject obj) => obj.Text("metadata", "name") ?? "";

    public static string Age(JsonObject obj, DateTimeOffset now) => HumanDuration.Since(obj.At("metadata", "creationTimestamp"), now);
}
