using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Schema;

/// <summary>
/// Fills in defaults, outside in, so that the default of an object gets the defaults of its fields. A null where the schema does not
/// allow one counts as absent when there is a default.
/// </summary>
public static class Defaulting
{
    public static void Apply(JsonNode? value, StructuralSchema schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, property) in schema.Properties)
                {
                    var present = map.TryGetPropertyValue(name, out var child);
                    if (present && child is null && !property.Nullable)
                    {
                        map.Remove(name);
                        present = false;
                    }
                    if (!present && property.HasDefault) map[name] = child = property.Default?.DeepClone();
                    if (child is not null) Apply(child, property);
                }
                if (schema.AdditionalProperties is { } additional)
                {
                    foreach (var (name, child) in map.ToArray())
                    {
                        if (schema.Properties.ContainsKey(name)) continue;
                        if (child is null && additional is { Nullable: false, HasDefault: true }) map[name] = additional.Default?.DeepClone();
                        if (map[name] is { } present) Apply(present, additional);
                    }
                }
                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is null && items is { Nullable: false, HasDefault: true }) list[i] = items.Default?.DeepClone();
                    Apply(list[i], items);
                }
                break;
        }
    }
}
