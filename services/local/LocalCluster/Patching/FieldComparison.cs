using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Patching;

/// <summary>Which fields differ between two states: the containers that came or went count as well as what is in them.</summary>
internal sealed class FieldComparison
{
    public FieldSet Added { get; } = new();

    public FieldSet Modified { get; } = new();

    public FieldSet Removed { get; } = new();

    public static FieldComparison Of(JsonNode old, JsonNode now, StructuralSchema schema)
    {
        var comparison = new FieldComparison();
        comparison.Walk(old, now, schema, comparison.Added, comparison.Modified, comparison.Removed, top: true);
        return comparison;
    }

    private void Walk(JsonNode? old, JsonNode? now, StructuralSchema? schema, FieldSet added, FieldSet modified, FieldSet removed, bool top)
    {
        if (old is not null && now is not null && JsonTree.Same(old, now)) return;
        var oldLeaf = old is null || (FieldWalk.IsLeaf(old, schema) && !IsEmptyContainer(old));
        var nowLeaf = now is null || (FieldWalk.IsLeaf(now, schema) && !IsEmptyContainer(now));
        if (old is not null && now is not null && (oldLeaf || nowLeaf || old.GetType() != now.GetType()))
        {
            modified.Owned = true;
            return;
        }
        if (!top)
        {
            if (old is null) added.Owned = true;
            if (now is null) removed.Owned = true;
        }
        if ((old is null && nowLeaf) || (now is null && oldLeaf)) return;
        var before = FieldWalk.Parts(old, schema).GroupBy(p => p.Element).ToDictionary(g => g.Key, g => g.First());
        var after = FieldWalk.Parts(now, schema).GroupBy(p => p.Element).ToDictionary(g => g.Key, g => g.First());
        foreach (var element in before.Keys.Union(after.Keys))
        {
            var was = before.TryGetValue(element, out var b);
            var inNow = after.TryGetValue(element, out var a);
            var childSchema = inNow ? a.Schema : b.Schema;
            if (was && inNow) Walk(b.Value ?? Null, a.Value ?? Null, childSchema, added.Child(element), modified.Child(element), removed.Child(element), false);
            else if (inNow) Walk(null, a.Value ?? Null, childSchema, added.Child(element), modified.Child(element), removed.Child(element), false);
            else Walk(b.Value ?? Null, null, childSchema, added.Child(element), modified.Child(element), removed.Child(element), false);
        }
    }

    /// <summary>A null that is present, as opposed to a field that is absent.</summary>
    private static JsonNode Null => JsonValue.Create("\0null")!;

    private static bool IsEmptyContainer(JsonNode node) => node is JsonObject { Count: 0 } or JsonArray { Count: 0 };
}
