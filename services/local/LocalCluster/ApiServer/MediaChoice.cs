using Microsoft.AspNetCore.Http;

namespace Platform.LocalCluster.ApiServer;

/// <summary>How the client wants its answer: the first of its acceptable types that can be produced.</summary>
public sealed record MediaChoice(bool Yaml = false, string? As = null, string Version = "v1", string Group = "", bool Indented = false)
{
    public static readonly MediaChoice Json = new();

    public bool Table => As == "Table";

    public bool Partial => As is "PartialObjectMetadata" or "PartialObjectMetadataList";

    public string ContentType => Yaml ? "application/yaml" : "application/json";

    /// <summary>Null when nothing that the client accepts can be produced.</summary>
    public static MediaChoice? Of(HttpRequest request, bool transforms)
    {
        var accept = request.Headers.Accept.ToString();
        var pretty = request.Query["pretty"].ToString() is "true" or "1";
        if (accept.Length == 0) return Json with { Indented = pretty };
        foreach (var clause in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = clause.Split(';', StringSplitOptions.TrimEntries);
            var parameters = parts.Skip(1).Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
            var yaml = parts[0] == "application/yaml";
            if (!yaml && parts[0] is not ("application/json" or "*/*" or "application/*")) continue;
            var indented = pretty || parameters["pretty"].FirstOrDefault() is "1" or "true";
            if (parameters["as"].FirstOrDefault() is not { } shape) return new MediaChoice(yaml, Indented: indented);
            var (group, version) = (parameters["g"].FirstOrDefault() ?? "", parameters["v"].FirstOrDefault() ?? "");
            if (!transforms || group != "meta.k8s.io" || version is not ("v1" or "v1beta1")) continue;
            if (shape is "Table" or "PartialObjectMetadata" or "PartialObjectMetadataList") return new MediaChoice(yaml, shape, version, group, indented);
        }
        return null;
    }
}
