using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Patching;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Handlers;

/// <summary>PATCH, by its content type.</summary>
public sealed class PatchHandler(Cluster cluster, ObjectUpdate update, ObjectCreation creation)
{
    private const int MaxOperations = 10_000;

    public async Task<(StoredObject Result, bool Created)> PatchAsync(ApiRequest request)
    {
        var type = RequestBody.MediaType(request.Http.Request);
        var body = await RequestBody.ReadAsync(request.Http.Request);
        switch (type)
        {
            case "application/json-patch+json":
                return (await JsonPatchAsync(request, body), false);
            case "application/merge-patch+json":
                return (await MergeAsync(request, body, (current, patch) => MergePatch.Apply(current, patch)), false);
            case "application/strategic-merge-patch+json" when !request.Resource.IsCustom:
                return (await MergeAsync(request, body, (current, patch) => Strategic(request, current, patch)), false);
            case "application/apply-patch+yaml":
                return await ApplyAsync(request, body);
            default:
                throw ApiStatusException.UnsupportedMediaType("application/json-patch+json, application/merge-patch+json, "
                    + (request.Resource.IsCustom ? "" : "application/strategic-merge-patch+json, ") + "application/apply-patch+yaml");
        }
    }

    private Task<StoredObject> JsonPatchAsync(ApiRequest request, byte[] body)
    {
        if (RequestBody.Decode(body, false, []) is not JsonArray operations)
            throw ApiStatusException.BadRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        if (operations.Count > MaxOperations)
            throw new ApiStatusException(413, "RequestEntityTooLarge", $"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        return update.UpdateAsync(request, current =>
        {
            try
            {
                return Patched(request, JsonPatch.Apply(current, operations), []);
            }
            catch (JsonPatch.TooLargeException)
            {
                throw ApiStatusException.TooLarge(JsonPatch.MostCopied);
            }
            catch (JsonPatch.FailedException)
            {
                throw new ApiStatusException(422, "Invalid", "the server rejected our request due to an error in our request", []);
            }
        });
    }

    private Task<StoredObject> MergeAsync(ApiRequest request, byte[] body, Func<JsonObject, JsonObject, JsonNode?> merge)
    {
        List<string> duplicates = [];
        if (RequestBody.Decode(body, false, duplicates) is not JsonObject patch)
            throw ApiStatusException.BadRequest("error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}");
        return update.UpdateAsync(request, current => Patched(request, merge(current, patch), duplicates));
    }

    private static JsonObject Strategic(ApiRequest request, JsonObject current, JsonObject patch)
    {
        try
        {
            return StrategicMergePatch.Apply(current, patch, request.Resource.Schema);
        }
        catch (StrategicMergePatch.FailedException failed)
        {
            throw ApiStatusException.Internal(failed.Message);
        }
    }

    private static JsonObject Patched(ApiRequest request, JsonNode? result, List<string> duplicates)
    {
        var next = result as JsonObject ?? throw ApiStatusException.BadRequest("the patch does not leave an object");
        CheckDepth(next);
        ObjectDecoding.ConformPatched(request, next, duplicates);
        return next;
    }

    /// <summary>Apart from managedFields, which were made here and go a little deeper.</summary>
    private static void CheckDepth(JsonObject patched)
    {
        foreach (var (name, value) in patched)
            if (name != "metadata" && JsonTree.Depth(value) >= JsonText.MaxDepth) throw ApiStatusException.BadRequest($"the patched object is nested more than {JsonText.MaxDepth} levels deep");
    }

    private async Task<(StoredObject, bool)> ApplyAsync(ApiRequest request, byte[] body)
    {
        List<string> problems = [];
        var config = RequestBody.Decode(body, yaml: true, problems) as JsonObject ?? throw ApiStatusException.BadRequest("error decoding YAML: the configuration is not an object");
        if (problems.Count > 0) throw ApiStatusException.BadRequest($"error decoding YAML: {problems[0]}");
        ApplyChecks.Check(request, config);
        var force = request.Flag("force") && request.Text("force") is not null;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (cluster.Store.Latest(request.Key) is not null)
            {
                var updated = await update.UpdateAsync(request, current => ServerSideApply.Apply(request, current, Copy(config), force, cluster.Now()), applied: true);
                return (updated, false);
            }
            if (request.Subresource is not null) throw ApiStatusException.NotFound(request.Resource, request.Name!);
            if (config.Text("metadata", "uid") is { Length: > 0 } uid)
                throw ApiStatusException.Conflict(request.Resource, request.Name!, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            try
            {
                var empty = new JsonObject { ["apiVersion"] = request.Resource.ApiVersion, ["kind"] = request.Resource.Kind, ["metadata"] = new JsonObject() };
                var made = ServerSideApply.Apply(request, empty, Copy(config), force, cluster.Now());
                made["metadata"]!.AsObject().Remove("resourceVersion");
                var entries = made["metadata"]!["managedFields"]?.DeepClone();
                return (await creation.CreateAsync(request, made, entries as JsonArray), true);
            }
            catch (ApiStatusException exists) when (exists.Reason == "AlreadyExists")
            {
                continue; // someone else was first: apply onto theirs
            }
        }
        throw ApiStatusException.Modified(request.Resource, request.Name!);
    }

    private static JsonObject Copy(JsonObject config) => (JsonObject)config.DeepClone();
}
