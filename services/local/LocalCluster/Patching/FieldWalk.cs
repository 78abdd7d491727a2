using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Patching;

/// <summary>How a value divides into separately owned parts: fields, and elements of map lists and sets. Everything else is owned as a whole.</summary>
internal static class FieldWalk
{
    private static readonly StructuralSchema Untyped = new() { PreserveUnknownFields = true };

    /// <summary>True where the value is owned as one: a scalar, an atomic map or list, or something empty.</summary>
    public static bool IsLeaf(JsonNode? value, StructuralSchema? schema) => value switch
    {
        JsonObject map => map.Count == 0 || schema?.AtomicMap == true,
        JsonArray list => list.Count == 0 || schema is null || schema.ListKind == ListKind.Atomic,
        _ => true,
    };

    public static IEnumerable<(string Element, JsonNode? Value, StructuralSchema? Schema)> Parts(JsonNode? value, StructuralSchema? schema)
    {
        if (value is JsonObject map)
        {
            foreach (var (name, child) in map) yield return ("f:" + name, child, schema?.Field(name) ?? Untyped);
        }
        else if (value is JsonArray list && schema is not null)
        {
            foreach (var item in list) yield return (ElementOf(item, schema), item, schema.Items);
        }
    }

    public static string ElementOf(JsonNode? item, StructuralSchema list) =>
        list.ListKind == ListKind.Map ? "k:" + JsonText.Sorted(ListElements.KeysOf(item, list)) : "v:" + JsonText.Sorted(item);

    /// <summary>A field of a struct, as opposed to an entry of a map or an element of a list, which is owned beside its content.</summary>
    public static bool IsDeclared(string element, StructuralSchema? schema) =>
        element.StartsWith("f:", StringComparison.Ordinal) && schema?.Properties.ContainsKey(element[2..]) == true;

    /// <summary>What an applied configuration states.</summary>
    public static FieldSet SetOf(JsonNode? value, StructuralSchema? schema)
    {
        var set = new FieldSet();
        if (value is JsonArray { Count: 0 } && schema is { ListKind: not ListKind.Atomic }) return set; // it states no element
        if (IsLeaf(value, schema))
        {
            set.Owned = true;
            return set;
        }
        foreach (var (element, child, childSchema) in Parts(value, schema))
        {
            var inside = SetOf(child, childSchema);
            if (!IsDeclared(element, schema)) inside.Owned = true;
            set.Children[element] = inside;
        }
        return set;
    }
}
