using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Protobuf;
using YamlDotNet.Core;

namespace Platform.LocalCluster.ApiServer;

/// <summary>A request's body, bounded, and read as JSON or YAML.</summary>
public static class RequestBody
{
    /// <summary>The limit of a real API server.</summary>
    public const int Limit = 3 * 1024 * 1024;

    private const string Accepted = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    public static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > Limit) throw ApiStatusException.TooLarge(Limit);
        using var buffer = new MemoryStream((int)(request.ContentLength ?? 1024));
        var chunk = new byte[16 * 1024];
        while (await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted) is var read and > 0)
        {
            if (buffer.Length + read > Limit) throw ApiStatusException.TooLarge(Limit);
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    /// <summary>The object in the body of a create or update; duplicates are reported as strict decoding words them.</summary>
    public static JsonObject ReadObject(byte[] body, HttpRequest request, List<string> problems)
    {
        var type = MediaType(request);
        if (type == "application/vnd.kubernetes.protobuf") return ReadProtobuf(body);
        if (type is not ("" or "application/json" or "application/yaml")) throw ApiStatusException.UnsupportedMediaType(Accepted);
        var node = Decode(body, type == "application/yaml", problems);
        return node as JsonObject ?? throw ApiStatusException.BadRequest(
            $"couldn't get version/kind; json parse error: json: cannot unmarshal {Kind(node)} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}");
    }

    private static JsonObject ReadProtobuf(byte[] body)
    {
        try
        {
            return ProtobufObject.Read(body) ?? throw ApiStatusException.UnsupportedMediaType("application/json, application/yaml");
        }
        catch (FormatException malformed)
        {
            throw ApiStatusException.BadRequest($"error decoding the body of the request: {malformed.Message}");
        }
    }

    /// <summary>The options of a delete; no body means none.</summary>
    public static async Task<JsonObject> ReadOptionsAsync(HttpRequest request)
    {
        var body = await ReadAsync(request);
        return body.Length == 0 ? [] : ReadObject(body, request, []);
    }

    public static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();

    public static JsonNode? Decode(byte[] body, bool yaml, List<string> problems)
    {
        try
        {
            if (yaml) return YamlText.Parse(new UTF8Encoding(false, true).GetString(body), problems);
            List<string> duplicates = [];
            var node = JsonText.Parse(body, duplicates, JsonText.MaxDepth);
            problems.AddRange(duplicates.Select(path => $"duplicate field \"{path}\""));
            return node;
        }
        catch (Exception malformed) when (malformed is JsonException or YamlException or FormatException or DecoderFallbackException)
        {
            throw ApiStatusException.BadRequest($"error decoding the body of the request: {malformed.Message}");
        }
    }

    private static string Kind(JsonNode? node) => node switch { null => "null", JsonArray => "array", _ => "value" };
}
