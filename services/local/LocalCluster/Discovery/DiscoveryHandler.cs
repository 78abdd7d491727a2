using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Discovery;

/// <summary>/api and /apis: what is served, group by group or all at once.</summary>
internal sealed class DiscoveryHandler(ResourceRegistry registry)
{
    public async Task<bool> TryHandleAsync(HttpContext http)
    {
        var parts = (http.Request.Path.Value ?? "").Trim('/').Split('/');
        switch (parts)
        {
            case ["api"] or ["apis"]:
                await RootAsync(http, parts[0]);
                return true;
            case ["api", "v1"]:
                await AnswerAsync(http, ResourceLists.Of(registry, "", "v1"));
                return true;
            case ["apis", var group] when registry.HasGroup(group) && group.Length > 0:
                var one = GroupDocuments.Group(registry, group);
                (one["kind"], one["apiVersion"]) = ("APIGroup", "v1");
                await AnswerAsync(http, one);
                return true;
            case ["apis", var group, var version] when registry.HasGroupVersion(group, version) && group.Length > 0:
                await AnswerAsync(http, ResourceLists.Of(registry, group, version));
                return true;
            default:
                return false;
        }
    }

    private async Task RootAsync(HttpContext http, string root)
    {
        switch (AggregatedVersion(http.Request))
        {
            case null when MediaChoice.Of(http.Request, transforms: false) is null:
                throw ApiStatusException.NotAcceptable();
            case null:
                await AnswerAsync(http, root == "api" ? GroupDocuments.CoreVersions(http) : GroupDocuments.Groups(registry));
                break;
            case var version:
                var document = JsonText.Write(AggregatedDocuments.Of(registry, root == "api", version));
                var etag = $"\"{Convert.ToHexString(SHA512.HashData(document))}\"";
                http.Response.Headers.ETag = etag;
                http.Response.Headers.Vary = "Accept";
                if (http.Request.Headers.IfNoneMatch.ToString() == etag) http.Response.StatusCode = 304;
                else await ResponseWriter.BytesAsync(http, document, 200, $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
                break;
        }
    }

    private static string? AggregatedVersion(HttpRequest request)
    {
        foreach (var clause in request.Headers.Accept.ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = clause.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] != "application/json") continue;
            if (parts.Length == 1) return null;
            if (!parts.Contains("g=apidiscovery.k8s.io") || !parts.Contains("as=APIGroupDiscoveryList")) continue;
            if (parts.Contains("v=v2")) return "v2";
            if (parts.Contains("v=v2beta1")) return "v2beta1";
        }
        return null;
    }

    private static async Task AnswerAsync(HttpContext http, JsonObject document)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) throw ApiStatusException.MethodNotAllowed();
        var media = MediaChoice.Of(http.Request, transforms: false) ?? throw ApiStatusException.NotAcceptable();
        await ResponseWriter.TreeAsync(http, document, 200, media);
    }
}
