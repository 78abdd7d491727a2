using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tables;

/// <summary>The additionalPrinterColumns of a definition.</summary>
public sealed class CustomTable : ITableFormat
{
    private readonly List<(TableColumn Column, JsonPath Path)> _columns;

    public CustomTable(JsonArray? columns)
    {
        _columns = [.. (columns is { Count: > 0 } ? columns.OfType<JsonObject>() : [AgeColumn()]).Select(c => (
            new TableColumn(c.Text("name") ?? "", c.Text("type") ?? "string", c.Text("format") ?? "",
                c.Text("description") is { Length: > 0 } text ? text : $"Custom resource definition column (in JSONPath format): {c.Text("jsonPath")}", (int)(c.Integer("priority") ?? 0)),
            JsonPath.Parse(c.Text("jsonPath") ?? "") ?? JsonPath.Nothing))];
        Columns = [BuiltinTable.NameColumn, .. _columns.Select(c => c.Column)];
    }

    public IReadOnlyList<TableColumn> Columns { get; }

    public JsonArray Cells(JsonObject obj, DateTimeOffset now)
    {
        var cells = new JsonArray(BuiltinTable.Name(obj));
        foreach (var (column, path) in _columns) cells.Add(Cell(column, path.First(obj), now));
        return cells;
    }

    private static JsonObject AgeColumn() => new()
    {
        ["name"] = "Age",
        ["type"] = "date",
        ["jsonPath"] = ".metadata.creationTimestamp",
        ["description"] = "CreationTimestamp is a timestamp representing the server time when this object was created.",
    };

    private static JsonNode? Cell(TableColumn column, JsonNode? value, DateTimeOffset now) => (column.Type, value) switch
    {
        (_, null) => null,
        ("integer", JsonValue) => JsonTree.AsLong(value) ?? (JsonTree.AsDouble(value) is { } real ? (long)real : long.TryParse(value.Text(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null),
        ("number", JsonValue) => JsonTree.AsDouble(value) ?? (double.TryParse(value.Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : null),
        ("boolean", JsonValue) => value.Flag(),
        ("date", JsonValue) => HumanDuration.Since(value, now) is var age && age == HumanDuration.Unknown ? "<invalid>" : age,
        ("string", _) => value.Text() ?? JsonText.Sorted(value),
        _ => null,
    };
}
