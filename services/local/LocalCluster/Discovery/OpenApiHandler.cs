using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Protobuf;

namespace Platform.LocalCluster.Discovery;

/// <summary>/openapi/v3: an index, and a document per group version; /openapi/v2: one document for old clients. Each is made when it is first asked for.</summary>
internal sealed class OpenApiHandler(ResourceRegistry registry)
{
    private const string Root = "/openapi/v3";

    private const string V2Protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private readonly ConcurrentDictionary<(string, string, int), byte[]> _documents = new();
    private readonly Lock _making = new();
    private (int Edition, byte[] Json, byte[] Protobuf)? _v2;

    public async Task HandleAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").TrimEnd('/');
        if (path == Root)
        {
            await ResponseWriter.BytesAsync(http, JsonText.Write(Index()), 200, "text/plain; charset=utf-8");
            return;
        }
        if (path == "/openapi/v2")
        {
            await AnswerV2Async(http);
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
        if (http.Request.Query.ContainsKey("hash")) http.Response.Headers.CacheControl = "public, immutable";
        await AnswerAsync(http, Document(group, version), "application/json");
    }

    private Task AnswerV2Async(HttpContext http)
    {
        var accepted = http.Request.Headers.Accept.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(a => a.Split(';')[0].Trim()).ToList();
        var wanted = accepted.Find(a => a is V2Protobuf or "application/json" or "*/*" or "application/*") ?? (accepted.Count == 0 ? "application/json" : throw ApiStatusException.NotAcceptable());
        var document = V2();
        return wanted == V2Protobuf ? AnswerAsync(http, document.Protobuf, V2Protobuf.Replace('@', '.')) : AnswerAsync(http, document.Json, "application/json");
    }

    private (int Edition, byte[] Json, byte[] Protobuf) V2()
    {
        lock (_making)
        {
            var edition = registry.Edition;
            if (_v2 is { } made && made.Edition == edition) return made;
            var document = OpenApiV2Document.Of(registry.All);
            var fresh = (edition, JsonText.Write(document), OpenApiV2Message.Of(document));
            _v2 = fresh;
            return fresh;
        }
    }

    private static async Task AnswerAsync(HttpContext http, byte[] document, string type)
    {
        var tag = $"\"{Hash(document)}\"";
        http.Response.Headers.ETag = tag;
        if (http.Request.Headers.IfNoneMatch.ToString() == tag) http.Response.StatusCode = 304;
        else await ResponseWriter.BytesAsync(http, document, 200, type);
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
