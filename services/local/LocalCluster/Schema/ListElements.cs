using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Schema;

/// <summary>The identity of list elements: by their keys (map), by their value (set), or none (atomic).</summary>
public static class ListElements
{
    /// <summary>The keys of an element of a map list, with the defaults of keys that it leaves out.</summary>
    public static JsonObject KeysOf(JsonNode? element, StructuralSchema list)
    {
        var keys = new JsonObject();
        foreach (var key in list.ListMapKeys)
        {
            var value = element.At(key) ?? list.Items?.Properties.GetValueOrDefault(key)?.Default;
            if (value is not null) keys[key] = value.DeepClone();
        }
        return keys;
    }

    /// <summary>The element that this one was before, where the kind of list lets one tell.</summary>
    public static JsonNode? Previous(JsonNode? element, int index, StructuralSchema list, JsonArray? old)
    {
        if (old is null) return null;
        return list.ListKind switch
        {
            ListKind.Map => old.FirstOrDefault(o => JsonTree.Same(KeysOf(o, list), KeysOf(element, list))),
            ListKind.Set => old.FirstOrDefault(o => JsonTree.Same(o, element)),
            _ => null,
        };
    }

    internal static void CheckDuplicates(JsonArray list, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (schema.ListKind == ListKind.Atomic && !schema.UniqueItems) return;
        HashSet<string> seen = [];
        for (var i = 0; i < list.Count; i++)
        {
            if (schema.ListKind == ListKind.Map && list[i] is not JsonObject) continue;
            var identity = schema.ListKind == ListKind.Map ? KeysOf(list[i], schema) : list[i];
            if (!seen.Add(JsonText.Sorted(identity))) errors.Add(FieldError.Duplicate($"{path}[{i}]", identity));
        }
    }
}
