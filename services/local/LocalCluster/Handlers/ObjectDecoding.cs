using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Handlers;

/// <summary>From bytes to an object of the requested kind: apiVersion and kind agree, types fit, unknown fields are gone and reported.</summary>
internal static class ObjectDecoding
{
    public static JsonObject Decode(ApiRequest request, byte[] body)
    {
        List<string> problems = [];
        var tree = RequestBody.ReadObject(body, request.Http.Request, problems);
        CheckKind(request.Resource, tree, body);
        problems.AddRange(Conform(request.Resource, tree));
        Report(request, problems, list => throw ApiStatusException.BadRequest($"{Prefix(request.Resource, tree)}: strict decoding error: {list}"));
        return tree;
    }

    /// <summary>The same for the result of a patch, whose kind has been checked otherwise.</summary>
    public static void ConformPatched(ApiRequest request, JsonObject tree, IEnumerable<string> duplicates)
    {
        List<string> problems;
        try
        {
            problems = [.. duplicates, .. Conform(request.Resource, tree)];
        }
        catch (ApiStatusException mismatch) when (!request.Resource.IsCustom)
        {
            throw PatchRefused($"\"{{...}}\": {mismatch.Message}");
        }
        Report(request, problems, list => throw PatchRefused($"\"{{...}}\": strict decoding error: {list}"));
    }

    /// <summary>Removes unknown fields and refuses values of the wrong type (all of a built-in, the metadata of a custom resource).</summary>
    public static List<string> Conform(ResourceDefinition resource, JsonObject tree)
    {
        List<string> unknown = [.. Pruning.Prune(tree, resource.Schema).Select(path => $"unknown field \"{path}\"")];
        var mismatch = resource.IsCustom ? TypedValues.Mismatch(tree["metadata"], BuiltinSchemas.ObjectMeta, "ObjectMeta") : TypedValues.Mismatch(tree, resource.Schema, resource.Kind);
        if (mismatch is not null)
        {
            var why = mismatch.EndsWith("of type quantity", StringComparison.Ordinal) ? Builtins.Quantities.FormatMessage : $"json: cannot unmarshal {mismatch}";
            throw ApiStatusException.BadRequest($"{Prefix(resource, tree)}: {why}");
        }
        TypedValues.DropEmpty(resource.IsCustom ? tree["metadata"] : tree, resource.IsCustom ? BuiltinSchemas.ObjectMeta : resource.Schema);
        return unknown;
    }

    public static ApiStatusException PatchRefused(string detail) => new(422, "Invalid", $" \"\" is invalid: patch: Invalid value: {detail}", new JsonObject
    {
        ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = $"Invalid value: {detail}", ["field"] = "patch" }),
    });

    private static void Report(ApiRequest request, List<string> problems, Action<string> refuse)
    {
        if (problems.Count == 0 || request.FieldValidation == "Ignore") return;
        if (request.FieldValidation == "Strict") refuse(string.Join(", ", problems));
        request.Warnings.AddRange(problems);
    }

    private static void CheckKind(ResourceDefinition resource, JsonObject tree, byte[] body)
    {
        var (apiVersion, kind) = (tree.Text("apiVersion") ?? "", tree.Text("kind") ?? "");
        if (resource.IsCustom)
        {
            var text = System.Text.Encoding.UTF8.GetString(body);
            if (kind.Length == 0)
                throw ApiStatusException.BadRequest($"the object provided is unrecognized (must be of type {resource.Kind}): Object 'Kind' is missing in '{text}' ({Shorten(text)})");
            if (apiVersion.Length == 0)
                throw ApiStatusException.BadRequest($"the object provided is unrecognized (must be of type {resource.Kind}): Object 'apiVersion' is missing in '{text}' ({Shorten(text)})");
            if (apiVersion != resource.ApiVersion) throw WrongVersion(apiVersion, resource);
            if (kind != resource.Kind)
                throw ApiStatusException.BadRequest($"{kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: json: unknown kind");
            return;
        }
        if (apiVersion.Length > 0 && apiVersion != resource.ApiVersion) throw WrongVersion(apiVersion, resource);
        if (kind.Length > 0 && kind != resource.Kind)
        {
            var group = resource.Group.Length == 0 ? "core" : resource.Group.Split('.')[0];
            throw ApiStatusException.BadRequest(
                $"{kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: converting ({resource.Version}.{kind}) to ({group}.{resource.Kind}): unknown conversion");
        }
        tree["apiVersion"] = resource.ApiVersion;
        tree["kind"] = resource.Kind;
    }

    private static ApiStatusException WrongVersion(string apiVersion, ResourceDefinition resource) => ApiStatusException.BadRequest(
        $"the API version in the data ({apiVersion}) does not match the expected API version ({resource.ApiVersion})");

    private static string Prefix(ResourceDefinition resource, JsonObject tree) =>
        $"{tree.Text("kind") ?? resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}";

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + " ...";
}
