using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.Access;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Handlers;

/// <summary>The subresources of built-ins other than status.</summary>
internal sealed class SubresourceHandler(Cluster cluster, TokenAuthority tokens, ObjectDeletion deletion)
{
    private readonly ObjectUpdate _update = new(cluster);
    private readonly ReviewHandler _reviews = new(cluster, tokens);
    private readonly LogHandler _logs = new(cluster, tokens.AdministratorToken);
    private readonly ResponseWriter _responses = new(cluster.Clock);

    public async Task<bool> TryHandleAsync(ApiRequest request)
    {
        if (request.Resource.Group.Length > 0) return false;
        var method = request.Http.Request.Method;
        switch (request.Resource.Plural, request.Subresource)
        {
            case ("pods", "log"):
                Only(method, HttpMethods.Get);
                await _logs.HandleAsync(request);
                return true;
            case ("pods", "binding"):
                Only(method, HttpMethods.Post);
                await BindAsync(request);
                return true;
            case ("pods", "eviction"):
                Only(method, HttpMethods.Post);
                await EvictAsync(request);
                return true;
            case ("serviceaccounts", "token"):
                Only(method, HttpMethods.Post);
                var body = RequestBody.ReadObject(await RequestBody.ReadAsync(request.Http.Request), request.Http.Request, []);
                await ResponseWriter.TreeAsync(request.Http, _reviews.IssueToken(request, body), 201, request.Media);
                return true;
            case ("namespaces", "finalize"):
                Only(method, HttpMethods.Put);
                await FinalizeAsync(request);
                return true;
            default:
                return false;
        }
    }

    private static void Only(string method, string allowed)
    {
        if (method != allowed) throw ApiStatusException.MethodNotAllowed();
    }

    private async Task BindAsync(ApiRequest request)
    {
        var binding = RequestBody.ReadObject(await RequestBody.ReadAsync(request.Http.Request), request.Http.Request, []);
        var node = binding.Text("target", "name") ?? throw ApiStatusException.BadRequest("target.name is required");
        await _update.UpdateAsync(InternalRequest.For(request.Resource, request.Key, request.FieldManager), pod =>
        {
            if (pod.Text("spec", "nodeName") is { Length: > 0 } bound)
                throw ApiStatusException.Conflict(request.Resource, request.Name!, $"pod {request.Name} is already assigned to node \"{bound}\"");
            if (pod.At("metadata", "deletionTimestamp") is not null)
                throw ApiStatusException.Conflict(request.Resource, request.Name!, $"pod {request.Name} is being deleted, cannot be assigned to a host");
            pod["spec"]!["nodeName"] = node;
            return pod;
        });
        await Success(request, 201);
    }

    private async Task EvictAsync(ApiRequest request)
    {
        var eviction = RequestBody.ReadObject(await RequestBody.ReadAsync(request.Http.Request), request.Http.Request, []);
        var options = DeleteOptions.Read(eviction.Map("deleteOptions") ?? [], request);
        await deletion.DeleteAsync(InternalRequest.For(request.Resource, request.Key), options);
        await Success(request, 201);
    }

    private async Task FinalizeAsync(ApiRequest request)
    {
        var wanted = RequestBody.ReadObject(await RequestBody.ReadAsync(request.Http.Request), request.Http.Request, []);
        while (true)
        {
            var stored = cluster.Store.Latest(request.Key) ?? throw ApiStatusException.NotFound(request.Resource, request.Name!);
            var tree = stored.ToTree();
            tree["spec"] = wanted["spec"]?.DeepClone() ?? new JsonObject();
            var empty = tree.List("spec", "finalizers") is null or { Count: 0 } && tree.List("metadata", "finalizers") is null or { Count: 0 };
            var gone = empty && tree.At("metadata", "deletionTimestamp") is not null;
            var written = gone ? await cluster.Store.RemoveAsync(stored.Key, stored.ResourceVersion, tree) : await cluster.Store.WriteAsync(stored.Key, stored.ResourceVersion, tree);
            if (written is null) continue;
            await _responses.ObjectAsync(request, written);
            return;
        }
    }

    private static Task Success(ApiRequest request, int code) => ResponseWriter.TreeAsync(request.Http,
        new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = code }, code, MediaChoice.Json);
}
