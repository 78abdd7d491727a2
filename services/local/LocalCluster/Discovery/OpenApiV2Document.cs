using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Discovery;

/// <summary>
/// The OpenAPI v2 document: everything that is served, in one. It is made from the parts of the v3 documents; what v2 cannot say (several
/// alternatives, null, defaults of custom resources) is left out, so that an old client lets pass what it cannot judge.
/// </summary>
internal static class OpenApiV2Document
{
    private static readonly string[] Unsayable = ["oneOf", "anyOf", "allOf", "not", "nullable", "x-kubernetes-validations", "x-kubernetes-selectable-fields"];

    public static JsonObject Of(IReadOnlyList<ResourceDefinition> resources)
    {
        var schemas = new OpenApiSchemas();
        var paths = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        HashSet<string> custom = [];
        foreach (var resource in resources)
        {
            schemas.AddRoot(resource);
            if (resource.IsCustom) custom.Add(OpenApiSchemas.NameOf(resource));
            foreach (var (path, operations) in OpenApiPaths.Of(resource)) paths[path] = Operations(operations);
        }
        var definitions = schemas.ToJson();
        foreach (var (name, schema) in definitions.ToList()) definitions[name] = Schema((JsonObject)schema!, custom.Contains(name));
        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.Text },
            ["paths"] = new JsonObject(paths),
            ["definitions"] = definitions,
        };
    }

    private static JsonObject Schema(JsonObject v3, bool custom)
    {
        if (v3.List("allOf") is [JsonObject only] && only.Text("$ref") is { } target) return Reference(target, v3.Text("description"));
        if (v3.Text("$ref") is { } direct) return Reference(direct, v3.Text("description"));
        var v2 = new JsonObject();
        var free = v3.Flag("x-kubernetes-preserve-unknown-fields") == true || v3.Flag("nullable") == true;
        var either = v3.Flag("x-kubernetes-int-or-string") == true;
        foreach (var (key, value) in v3)
        {
            if (Unsayable.Contains(key) || (custom && key == "default")) continue;
            if ((free || either) && key is "type") continue;
            if (free && key is "properties" or "items" or "additionalProperties" or "required") continue;
            v2[key] = key switch
            {
                "properties" => new JsonObject(value!.AsObject().Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, Schema((JsonObject)p.Value!, custom)))),
                "items" or "additionalProperties" when value is JsonObject inner => Schema(inner, custom),
                _ => value?.DeepClone(),
            };
        }
        // Text and number alike: v2 calls it text, and clients know the format.
        if (!custom && v3.ContainsKey("oneOf")) v2["type"] = "string";
        return v2;
    }

    private static JsonObject Operations(JsonObject v3)
    {
        var v2 = new JsonObject();
        foreach (var (verb, operation) in v3)
        {
            var copy = (JsonObject)operation!.DeepClone();
            var parameters = new JsonArray();
            if (copy.Map("requestBody", "content") is { } content)
            {
                copy["consumes"] = ResourceLists.Strings(content.Select(c => c.Key));
                parameters.Add(new JsonObject { ["name"] = "body", ["in"] = "body", ["required"] = true, ["schema"] = Schema((JsonObject)content.First().Value!["schema"]!, custom: false) });
            }
            foreach (var parameter in copy.List("parameters") ?? [])
                parameters.Add(new JsonObject { ["name"] = parameter.Text("name"), ["in"] = "query", ["type"] = "string", ["uniqueItems"] = true });
            copy.Remove("requestBody");
            copy["parameters"] = parameters;
            v2[verb] = copy;
        }
        return v2;
    }

    private static JsonObject Reference(string target, string? description)
    {
        var reference = new JsonObject { ["$ref"] = target.Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal) };
        if (description is not null) reference["description"] = description;
        return reference;
    }
}
