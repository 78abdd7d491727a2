using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.Handlers;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Tables;

namespace Platform.LocalCluster.ApiServer;

/// <summary>Answers in the shape and encoding the client asked for. A stored object that needs neither goes out as the bytes it is kept in.</summary>
public sealed class ResponseWriter(TimeProvider clock)
{
    public async Task ObjectAsync(ApiRequest request, StoredObject stored, int code = 200)
    {
        Warn(request);
        if (request.Media is { Table: true })
        {
            var table = TableRendering.Start(request, request.Resource.Table, stored.ResourceVersion.ToString(CultureInfo.InvariantCulture));
            table.Add(request.Resource.FromStorage(stored), clock.GetUtcNow());
            await TreeAsync(request.Http, table.ToJson(), code, request.Media);
        }
        else if (request.Media.Partial) await TreeAsync(request.Http, PartialMetadata.Of(request.Resource.FromStorage(stored), request.Media), code, request.Media);
        else if (request.Media.Yaml || request.Media.Indented || !request.Resource.ServesAsStored(stored))
            await TreeAsync(request.Http, request.Resource.FromStorage(stored), code, request.Media);
        else await BytesAsync(request.Http, stored.Body, code);
    }

    public async Task ListAsync(ApiRequest request, ListResult list)
    {
        Warn(request);
        if (request.Media is { Table: true })
        {
            var table = TableRendering.Start(request, request.Resource.Table, Version(list), list.Continue, list.Remaining);
            var now = clock.GetUtcNow();
            foreach (var stored in list.Items) table.Add(request.Resource.FromStorage(stored), now);
            await TreeAsync(request.Http, table.ToJson(), 200, request.Media);
        }
        else if (request.Media.Partial || request.Media.Yaml || request.Media.Indented || list.Items.Any(stored => !request.Resource.ServesAsStored(stored)))
        {
            var tree = JsonText.Parse(Head(request, list)) as JsonObject ?? [];
            var items = tree["items"]!.AsArray();
            foreach (var stored in list.Items)
            {
                var item = request.Resource.FromStorage(stored);
                if (request.Media.Partial) item = PartialMetadata.Of(item, request.Media);
                else if (!request.Resource.IsCustom) _ = item.Remove("kind") & item.Remove("apiVersion");
                items.Add(item);
            }
            await TreeAsync(request.Http, tree, 200, request.Media);
        }
        else await StreamAsync(request, list);
    }

    public static Task TreeAsync(HttpContext http, JsonNode tree, int code, MediaChoice media)
    {
        if (!media.Yaml) return BytesAsync(http, JsonText.Write(tree, media.Indented), code);
        return BytesAsync(http, Encoding.UTF8.GetBytes(YamlWriter.Write(tree)), code, "application/yaml");
    }

    public static Task StatusAsync(HttpContext http, ApiStatusException status)
    {
        if (status.Details.Integer("retryAfterSeconds") is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return BytesAsync(http, JsonText.Write(status.ToStatus()), status.Code);
    }

    public static Task TextAsync(HttpContext http, string text, int code = 200) =>
        BytesAsync(http, Encoding.UTF8.GetBytes(text), code, "text/plain; charset=utf-8");

    public static async Task BytesAsync(HttpContext http, ReadOnlyMemory<byte> body, int code, string type = "application/json")
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    public static void Warn(ApiRequest request)
    {
        foreach (var warning in request.Warnings.Distinct())
            request.Http.Response.Headers.Append("Warning", $"299 - \"{Printable(warning)}\"");
    }

    private static string Printable(string warning) =>
        new([.. warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Select(c => c is < ' ' or > '~' ? '?' : c)]);

    /// <summary>The list, item by item as the items are stored; those of built-ins without their kind, as a real server leaves it out.</summary>
    private static async Task StreamAsync(ApiRequest request, ListResult list)
    {
        request.Http.Response.ContentType = "application/json";
        var output = request.Http.Response.BodyWriter;
        output.Write(Head(request, list).AsSpan()[..^2]); // without "]}"
        var first = true;
        var unflushed = 0L;
        foreach (var stored in list.Items)
        {
            if (!first) output.Write(","u8);
            first = false;
            output.Write(request.Resource.IsCustom ? stored.Body.Span : ListItems.WithoutKind(stored));
            if ((unflushed += stored.Body.Length) < 256 * 1024) continue;
            await output.FlushAsync(request.Aborted);
            unflushed = 0;
        }
        output.Write("]}"u8);
        await output.FlushAsync(request.Aborted);
    }

    private static byte[] Head(ApiRequest request, ListResult list)
    {
        var metadata = new JsonObject { ["resourceVersion"] = Version(list) };
        if (request.Resource.IsCustom && !request.Media.Partial) metadata["continue"] = list.Continue ?? "";
        else if (list.Continue is not null) metadata["continue"] = list.Continue;
        if (list.Remaining is { } remaining) metadata["remainingItemCount"] = remaining;
        var (kind, apiVersion) = request.Media.Partial ? ("PartialObjectMetadataList", "meta.k8s.io/" + request.Media.Version) : (request.Resource.ListKind, request.Resource.ApiVersion);
        return JsonText.Write(new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion, ["metadata"] = metadata, ["items"] = new JsonArray() });
    }

    private static string Version(ListResult list) => list.Version.ToString(CultureInfo.InvariantCulture);
}
