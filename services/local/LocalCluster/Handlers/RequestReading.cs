using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Handlers;

/// <summary>The options that every write shares, checked before the body is looked at.</summary>
internal static class RequestReading
{
    public static ApiRequest Read(HttpContext http, RoutedPath routed, ResourceDefinition resource)
    {
        var media = MediaChoice.Of(http.Request, transforms: routed.Subresource is null or "status") ?? throw ApiStatusException.NotAcceptable();
        var kind = http.Request.Method switch { "POST" => "CreateOptions", "PUT" => "UpdateOptions", "PATCH" => "PatchOptions", _ => "DeleteOptions" };
        List<FieldError> errors = [];
        var validation = http.Request.Query["fieldValidation"].ToString();
        if (validation is not ("" or "Ignore" or "Strict" or "Warn")) errors.Add(FieldError.NotSupported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]));
        var dryRun = http.Request.Query["dryRun"];
        if (dryRun.Count > 0 && dryRun.Any(d => d != "All"))
            errors.Add(FieldError.NotSupported("dryRun", new JsonArray([.. dryRun.Select(d => (JsonNode?)d)]), ["All"]));
        if (http.Request.Query["fieldManager"].ToString().Length > 128) errors.Add(FieldError.TooLong("fieldManager", 128));
        var manager = http.Request.Query["fieldManager"].ToString();
        if (manager.EnumerateRunes().Select((rune, at) => (rune, at)).FirstOrDefault(p => System.Text.Rune.IsControl(p.rune)) is { rune.Value: > 0 } unprintable)
            errors.Add(FieldError.Invalid("fieldManager", manager, $"invalid character U+{unprintable.rune.Value:X4} (at position {unprintable.at})"));
        if (http.Request.Method == "PATCH" && http.Request.Query.ContainsKey("force") && RequestBody.MediaType(http.Request) != "application/apply-patch+yaml")
            errors.Add(FieldError.Forbidden("force", "may not be specified for non-apply patch"));
        if (errors.Count > 0) throw ApiStatusException.Invalid("meta.k8s.io", kind, "", errors);
        return new ApiRequest
        {
            Http = http,
            Resource = resource,
            Namespace = routed.Namespace,
            Name = routed.Name,
            Subresource = routed.Subresource,
            Media = media,
            DryRun = dryRun.Count > 0,
            FieldValidation = validation.Length == 0 ? "Warn" : validation,
            FieldManager = Manager(http.Request),
        };
    }

    /// <summary>The same request for one object of the collection.</summary>
    public static ApiRequest Named(ApiRequest request, ObjectKey key) => new()
    {
        Http = request.Http,
        Resource = request.Resource,
        Namespace = request.Resource.Namespaced ? key.Namespace : null,
        Name = key.Name,
        Media = request.Media,
        DryRun = request.DryRun,
        FieldManager = request.FieldManager,
    };

    private static string Manager(HttpRequest request)
    {
        if (request.Query["fieldManager"].ToString() is { Length: > 0 } named) return named;
        var agent = request.Headers.UserAgent.ToString().Split('/')[0];
        return agent.Length == 0 ? "unknown" : agent;
    }
}
