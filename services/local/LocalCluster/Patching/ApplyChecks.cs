using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Patching;

/// <summary>What an applied configuration must be before it is merged.</summary>
internal static class ApplyChecks
{
    public static void Check(ApiRequest request, JsonObject config)
    {
        var resource = request.Resource;
        if (request.Text("fieldManager") is not { Length: > 0 })
        {
            throw ApiStatusException.Invalid("meta.k8s.io", "PatchOptions", "",
                [FieldError.Required("fieldManager", "is required for apply patch")]);
        }
        if (config.At("metadata", "managedFields") is not null) throw ApiStatusException.BadRequest("metadata.managedFields must be nil");
        if (string.IsNullOrEmpty(config.Text("apiVersion")) || string.IsNullOrEmpty(config.Text("kind")))
        {
            throw ApiStatusException.BadRequest($"invalid object type: {config.Text("apiVersion") ?? "/"}, Kind={config.Text("kind")}");
        }
        if (config.Text("apiVersion") != resource.ApiVersion || config.Text("kind") != resource.Kind)
        {
            var gvk = $"{config.Text("apiVersion")}, Kind={config.Text("kind")}";
            if (config.Text("apiVersion") != resource.ApiVersion)
                throw ApiStatusException.BadRequest($"Incorrect version specified in apply patch. Specified patch version: {config.Text("apiVersion")}, expected: {resource.ApiVersion}");
            throw ApiStatusException.Internal($"failed to create typed patch object ({request.Namespace}/{request.Name}; {gvk}): expected kind {resource.Kind}");
        }
        var name = config.Text("metadata", "name");
        if (name is { Length: > 0 } && name != request.Name)
            throw ApiStatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        config.MapOrNew("metadata")["name"] = request.Name;
        if (TypeProblem(config, resource.Schema, "") is { } problem)
        {
            var ns = config.Text("metadata", "namespace") ?? "";
            throw ApiStatusException.Internal($"failed to create typed patch object ({ns}/{request.Name}; {resource.ApiVersion}, Kind={resource.Kind}): {problem}");
        }
    }

    /// <summary>The first thing that the schema cannot place, as the merge library words it.</summary>
    private static string? TypeProblem(JsonNode? value, StructuralSchema? schema, string path)
    {
        if (schema is null || value is null) return null;
        if (value is JsonObject map)
        {
            if (schema.PreserveUnknownFields && schema.Properties.Count == 0) return null;
            foreach (var (name, child) in map)
            {
                var field = schema.Field(name);
                if (field is null && !schema.PreserveUnknownFields) return $"{path}.{name}: field not declared in schema";
                if (TypeProblem(child, field, $"{path}.{name}") is { } inside) return inside;
            }
        }
        else if (value is JsonValue scalar && schema.Type is "integer" or "number" or "string" or "boolean")
        {
            var actual = SchemaValidation.TypeOf(value);
            if (schema.Type is "integer" or "number" && actual is not ("integer" or "number")) return $"{path}: expected numeric (int or float), got {actual}";
            if (schema.Type is "string" or "boolean" && actual != schema.Type) return $"{path}: expected {schema.Type}, got {(scalar.TryGetValue<bool>(out var flag) ? flag ? "true" : "false" : $"&value.valueUnstructured{{Value:{scalar.ToJsonString()}}}")}";
        }
        else if (value is JsonArray list && schema.Type == "array")
        {
            return ListProblem(list, schema, path);
        }
        return null;
    }

    private static string? ListProblem(JsonArray list, StructuralSchema schema, string path)
    {
        HashSet<string> seen = [];
        for (var i = 0; i < list.Count; i++)
        {
            if (schema.ListKind == ListKind.Map)
            {
                var keys = ListElements.KeysOf(list[i], schema);
                if (schema.ListMapKeys.All(key => !keys.ContainsKey(key)))
                    return $"{path}: element {i}: associative list with keys has an element that omits all key fields [{string.Join(" ", schema.ListMapKeys.Select(k => $"\"{k}\""))}] (and doesn't have default values for any key fields)";
            }
            var element = FieldWalk.ElementOf(list[i], schema);
            if (schema.ListKind != ListKind.Atomic && !seen.Add(element))
                return $"{path}: duplicate entries for key {FieldSetPath(element)}";
            if (TypeProblem(list[i], schema.Items, $"{path}{(schema.ListKind == ListKind.Atomic ? $"[{i}]" : FieldSetPath(element))}") is { } inside) return inside;
        }
        return null;
    }

    private static string FieldSetPath(string element)
    {
        var set = new FieldSet();
        set.Child(element).Owned = true;
        return set.Paths().First();
    }
}
