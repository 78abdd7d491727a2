using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Schema;

/// <summary>Removes what the schema does not know, and says what it removed (as "spec.lora.rnk").</summary>
public static class Pruning
{
    public static List<string> Prune(JsonNode? value, StructuralSchema schema)
    {
        List<string> removed = [];
        Walk(value, schema, "", removed);
        return removed;
    }

    private static void Walk(JsonNode? value, StructuralSchema schema, string path, List<string> removed)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map.ToArray())
                {
                    var where = path.Length == 0 ? name : $"{path}.{name}";
                    if (schema.Field(name) is { } known) Walk(child, known, where, removed);
                    else if (!schema.PreserveUnknownFields)
                    {
                        map.Remove(name);
                        removed.Add(where);
                    }
                }
                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++) Walk(list[i], items, $"{path}[{i}]", removed);
                break;
        }
    }
}
