using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.Access;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;
using Platform.LocalCluster.Watching;

namespace Platform.LocalCluster.Handlers;

/// <summary>The verbs on resources.</summary>
internal sealed class ResourceHandler(Cluster cluster, TokenAuthority tokens, ObjectDeletion deletion, CancellationToken stopping)
{
    private readonly ReadHandler _read = new(cluster);
    private readonly WatchHandler _watch = new(cluster);
    private readonly ObjectCreation _creation = new(cluster);
    private readonly ObjectUpdate _update = new(cluster);
    private readonly PatchHandler _patch = new(cluster, new ObjectUpdate(cluster), new ObjectCreation(cluster));
    private readonly SubresourceHandler _subresources = new(cluster, tokens, deletion);
    private readonly ReviewHandler _reviews = new(cluster, tokens);
    private readonly ResponseWriter _responses = new(cluster.Clock);

    public async Task HandleAsync(HttpContext http, RoutedPath routed, ResourceDefinition resource, Caller caller)
    {
        var request = RequestReading.Read(http, routed, resource);
        if (request.Subresource is not null and not "status" || (request.IsStatus && !resource.HasStatus))
        {
            if (!await _subresources.TryHandleAsync(request)) throw ApiStatusException.NoSuchResource();
            return;
        }
        var method = http.Request.Method;
        if (resource.IsReview)
        {
            if (method != HttpMethods.Post || request.Name is not null) throw ApiStatusException.MethodNotAllowed();
            var review = ObjectDecoding.Decode(request, await RequestBody.ReadAsync(http.Request));
            await ResponseWriter.TreeAsync(http, _reviews.Answer(request, review, caller), 201, request.Media);
            return;
        }
        await (request.Name is null ? CollectionAsync(request, method) : ObjectAsync(request, method));
    }

    private async Task CollectionAsync(ApiRequest request, string method)
    {
        if (method is "GET" or "HEAD")
        {
            if (request.IsWatch) await _watch.WatchAsync(request, stopping);
            else await _responses.ListAsync(request, await _read.ListAsync(request));
        }
        else if (method == "POST" && (request.Namespace is not null || !request.Resource.Namespaced)) await CreateAsync(request);
        else if (method == "DELETE" && request.Resource.Verbs.Contains("deletecollection")) await DeleteCollectionAsync(request);
        else if (request.Resource.IsCustom && method is "PUT" or "PATCH") throw ApiStatusException.BadRequest("name must be provided");
        else throw ApiStatusException.MethodNotAllowed();
    }

    private async Task ObjectAsync(ApiRequest request, string method)
    {
        if (request.Resource.Namespaced && request.Namespace is null) throw ApiStatusException.NoSuchResource();
        switch (method)
        {
            case "GET" or "HEAD" when request.IsWatch:
                await _watch.WatchAsync(request, stopping);
                break;
            case "GET" or "HEAD":
                await _responses.ObjectAsync(request, await _read.GetAsync(request));
                break;
            case "PUT":
                await UpdateAsync(request);
                break;
            case "PATCH":
                var (patched, created) = await _patch.PatchAsync(request);
                await _responses.ObjectAsync(request, patched, created ? 201 : 200);
                break;
            case "DELETE" when !request.IsStatus:
                await DeleteAsync(request);
                break;
            case "DELETE" when request.Resource.IsCustom:
                throw new ApiStatusException(405, "MethodNotAllowed", $"delete is not supported on resources of kind \"{request.Resource.QualifiedName}\"",
                    new JsonObject { ["group"] = request.Resource.Group, ["kind"] = request.Resource.Plural });
            case "POST" when request.Resource.IsCustom:
                throw ApiStatusException.BadRequest("name must not be provided on a create request");
            default:
                throw ApiStatusException.MethodNotAllowed();
        }
    }

    private async Task CreateAsync(ApiRequest request)
    {
        var obj = ObjectDecoding.Decode(request, await RequestBody.ReadAsync(request.Http.Request));
        await _responses.ObjectAsync(request, await _creation.CreateAsync(request, obj), 201);
    }

    private async Task UpdateAsync(ApiRequest request)
    {
        var obj = ObjectDecoding.Decode(request, await RequestBody.ReadAsync(request.Http.Request));
        if (obj.Text("metadata", "name") is var sent && sent != request.Name && (request.Resource.IsCustom || !string.IsNullOrEmpty(sent)))
            throw ApiStatusException.BadRequest($"the name of the object ({sent}) does not match the name on the URL ({request.Name})");
        var version = obj.Text("metadata", "resourceVersion") ?? "";
        var missing = version is "" or "0" && !request.Resource.AllowsUnconditionalUpdate;
        if (missing && cluster.Store.Latest(request.Key) is not null && obj.Text("metadata", "name") == request.Name)
        {
            // A real server names the resource here by its plural.
            throw ApiStatusException.Invalid(request.Resource.Group, request.Resource.Plural, request.Name!,
                [FieldError.Invalid("metadata.resourceVersion", 0, "must be specified for an update")]);
        }
        await _responses.ObjectAsync(request, await _update.UpdateAsync(request, _ => (JsonObject)obj.DeepClone(), isPatch: false));
    }

    private async Task DeleteAsync(ApiRequest request)
    {
        var options = await OptionsAsync(request);
        if (request.Resource is { Group: "", Plural: "namespaces" } && request.Name is "default" or "kube-system" or "kube-public")
            throw ApiStatusException.Forbidden(request.Resource, request.Name!, "this namespace may not be deleted");
        if (request.Resource.Strategy.OrphansByDefault && options.Propagation is null && options.Orphan is null)
            request.Warnings.Add("child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning");
        var (last, gone) = await deletion.DeleteAsync(request, options);
        if (gone && !ReturnsDeleted(request.Resource)) await ResponseWriter.TreeAsync(Warned(request), Success(request, last), 200, request.Media with { As = null });
        else await _responses.ObjectAsync(request, gone ? Ended(last) : last);
    }

    private async Task DeleteCollectionAsync(ApiRequest request)
    {
        var options = await OptionsAsync(request);
        var list = await _read.ListAsync(request);
        List<StoredObject> deleted = [];
        foreach (var stored in list.Items)
        {
            var one = RequestReading.Named(request, stored.Key);
            try
            {
                deleted.Add((await deletion.DeleteAsync(one, options)).Last);
            }
            catch (ApiStatusException gone) when (gone.Reason == "NotFound")
            {
                continue; // someone else was faster
            }
        }
        await _responses.ListAsync(request, list with { Items = deleted, Continue = null, Remaining = null });
    }

    private static async Task<DeleteOptions> OptionsAsync(ApiRequest request) =>
        DeleteOptions.Read(await RequestBody.ReadOptionsAsync(request.Http.Request), request);

    private static bool ReturnsDeleted(ResourceDefinition resource) =>
        resource.Group.Length == 0 && resource.Plural is "pods" or "serviceaccounts" or "services";

    /// <summary>A pod that goes at once is answered as it would have been marked.</summary>
    private static StoredObject Ended(StoredObject last)
    {
        if (last.Key.Resource != "pods") return last;
        var tree = last.ToTree();
        tree["metadata"]!["deletionGracePeriodSeconds"] ??= 0;
        return new StoredObject(last.Key, last.ResourceVersion, JsonText.Write(tree));
    }

    private static HttpContext Warned(ApiRequest request)
    {
        ResponseWriter.Warn(request);
        return request.Http;
    }

    private static JsonObject Success(ApiRequest request, StoredObject last)
    {
        var details = new JsonObject { ["name"] = request.Name, ["kind"] = request.Resource.Plural, ["uid"] = last.Peek().Text("metadata", "uid") };
        if (request.Resource.Group.Length > 0) details["group"] = request.Resource.Group;
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }
}
