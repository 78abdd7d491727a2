using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Discovery;

/// <summary>The operations of a resource; kubectl looks here for what a server can validate and patch.</summary>
internal static class OpenApiPaths
{
    public static IEnumerable<(string Path, JsonObject Operations)> Of(ResourceDefinition resource)
    {
        var root = resource.Group.Length == 0 ? "/api/" + resource.Version : $"/apis/{resource.Group}/{resource.Version}";
        var collection = resource.Namespaced ? $"{root}/namespaces/{{namespace}}/{resource.Plural}" : $"{root}/{resource.Plural}";
        if (resource.Namespaced && !resource.IsReview) yield return ($"{root}/{resource.Plural}", new JsonObject { ["get"] = Operation(resource, "list", "list", "ForAllNamespaces", ["200"]) });
        var onCollection = new JsonObject { ["post"] = Operation(resource, "create", "post", "", ["200", "201", "202"], body: true) };
        if (!resource.IsReview)
        {
            onCollection["get"] = Operation(resource, "list", "list", "", ["200"]);
            if (resource.Verbs.Contains("deletecollection")) onCollection["delete"] = Operation(resource, "deleteCollection", "deletecollection", "", ["200"]);
        }
        yield return (collection, onCollection);
        if (resource.IsReview) yield break;
        yield return ($"{collection}/{{name}}", Item(resource, "", withDelete: true));
        if (resource.HasStatus) yield return ($"{collection}/{{name}}/status", Item(resource, "Status", withDelete: false));
    }

    private static JsonObject Item(ResourceDefinition resource, string suffix, bool withDelete)
    {
        var item = new JsonObject
        {
            ["get"] = Operation(resource, "read", "get", suffix, ["200"]),
            ["put"] = Operation(resource, "replace", "put", suffix, ["200", "201"], body: true),
            ["patch"] = Operation(resource, "patch", "patch", suffix, resource.IsCustom ? ["200"] : ["200", "201"], patch: true),
        };
        if (withDelete) item["delete"] = Operation(resource, "delete", "delete", suffix, ["200", "202"]);
        return item;
    }

    private static JsonObject Operation(ResourceDefinition resource, string verb, string action, string suffix, string[] codes, bool body = false, bool patch = false)
    {
        var responses = new JsonObject();
        foreach (var code in codes.Append("401")) responses[code] = new JsonObject { ["description"] = code == "401" ? "Unauthorized" : "OK" };
        var group = resource.Group.Length == 0 ? "Core" : string.Concat(resource.Group.Split('.').Where(p => resource.IsCustom || p is not ("k8s" or "io")).Select(Title));
        var scope = resource.Namespaced && suffix != "ForAllNamespaces" ? "Namespaced" : "";
        var operation = new JsonObject
        {
            ["operationId"] = verb == "deleteCollection"
                ? $"delete{group}{Title(resource.Version)}Collection{scope}{resource.Kind}{suffix}"
                : $"{verb}{group}{Title(resource.Version)}{scope}{resource.Kind}{suffix}",
            ["responses"] = responses,
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = resource.Kind },
        };
        if (body || patch) operation["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation"));
        if (patch) operation["parameters"]!.AsArray().Add(Parameter("force"));
        if (patch)
        {
            string[] types = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json", .. resource.IsCustom ? (string[])[] : ["application/strategic-merge-patch+json"]];
            var content = new JsonObject();
            foreach (var type in types) content[type] = new JsonObject { ["schema"] = Reference("io.k8s.apimachinery.pkg.apis.meta.v1.Patch") };
            operation["requestBody"] = new JsonObject { ["content"] = content };
        }
        else if (body) operation["requestBody"] = new JsonObject { ["content"] = Bodies(resource) };
        return operation;
    }

    private static JsonObject Bodies(ResourceDefinition resource)
    {
        var content = new JsonObject();
        foreach (var type in resource.IsCustom ? (string[])["application/json", "application/yaml"] : ["*/*"])
            content[type] = new JsonObject { ["schema"] = Reference(OpenApiSchemas.NameOf(resource)) };
        return content;
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private static JsonObject Parameter(string name) => new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true } };

    private static string Title(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];
}
