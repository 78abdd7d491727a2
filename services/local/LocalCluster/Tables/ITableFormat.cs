using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Tables;

/// <summary>A column of the table that `kubectl get` prints; priority 1 shows only in wide output.</summary>
public sealed record TableColumn(string Name, string Type = "string", string Format = "", string Description = "", int Priority = 0)
{
    public JsonObject ToJson() => new() { ["name"] = Name, ["type"] = Type, ["format"] = Format, ["description"] = Description, ["priority"] = Priority };
}

/// <summary>How objects of one resource become rows.</summary>
public interface ITableFormat
{
    IReadOnlyList<TableColumn> Columns { get; }

    JsonArray Cells(JsonObject obj, DateTimeOffset now);
}
