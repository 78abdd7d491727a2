using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Discovery;

/// <summary>/openapi/v3: an index, and a document per group version, made when it is first asked for.</summary>
internal sealed class OpenApiHandler(ResourceRegistry registry)
{
    private const string Root = "/openapi/v3";

    private readonly ConcurrentDictionary<(string, string, int), byte[]> _documents = new();

    public async Task HandleAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").TrimEnd('/');
        if (path == Root)
        {
            await ResponseWriter.BytesAsync(http, JsonText.Write(Index()), 200, "text/plain; charset=utf-8");
            return;
        }
        var (group, version) = path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[(Root.Length + 1)..].Split('/') switch
        {
            ["api", var v] => ("", v),
            ["apis", var g, var v] => (g, v),
            _ => ("", ""),
        } : ("", "");
        if (!registry.HasGroupVersion(group, version))
        {
            http.Response.StatusCode = 404;
            return;
        }
        var document = Document(group, version);
        http.Response.Headers.ETag = $"\"{Hash(document)}\"";
        if (http.Request.Query.ContainsKey("hash"))
            http.Response.Headers.CacheControl = "public, immutable";
        if (http.Request.Headers.IfNoneMatch.ToString() == $"\"{Hash(document)}\"") http.Response.StatusCode = 304;
        else await ResponseWriter.BytesAsync(http, document, 200);
    }

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var (group, version) in registry.All.Select(d => (d.Group, d.Version)).Distinct())
        {
            var path = group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"{Root}/{path}?hash={Hash(Document(group, version))}" };
        }
        return new JsonObject { ["paths"] = paths };
    }

    private byte[] Document(string group, string version)
    {
        var edition = registry.All.Any(d => d.Group == group && d.IsCustom) ? registry.Edition : 0;
        return _documents.GetOrAdd((group, version, edition), key =>
        {
            foreach (var old in _documents.Keys.Where(k => k.Item1 == key.Item1 && k.Item2 == key.Item2)) _documents.TryRemove(old, out _);
            return JsonText.Write(OpenApiDocument.Of([.. registry.All.Where(d => d.Group == group && d.Version == version)]));
        });
    }

    private static string Hash(byte[] document) => Convert.ToHexString(SHA512.HashData(document));
}
