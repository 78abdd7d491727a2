using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Hosting.Options;

namespace Platform.Hosting.OpenApi;

/// <summary>Serves an OpenAPI document of exactly the JSON routes that are mapped in this process.</summary>
internal static class OpenApiEndpoint
{
    public static void MapOpenApiDocument(this WebApplication app) => app.MapGet("/openapi/v1.json", (HttpContext context, EndpointDataSource endpoints) =>
    {
        var document = new OpenApiDocument($"platform {context.RequestServices.Value().Name}");
        foreach (var route in endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()).OfType<GrpcJsonTranscodingMetadata>().OrderBy(route => Path(route), StringComparer.Ordinal))
            if (Verb(route) is { } verb) document.Add(verb, Path(route), route.HttpRule.Body, route.MethodDescriptor);
        return Results.Text(document.ToJson(), "application/json");
    }).ExcludeFromDescription();

    private static string Path(GrpcJsonTranscodingMetadata route) => Pattern(route).Pattern;

    private static string? Verb(GrpcJsonTranscodingMetadata route) => Pattern(route).Verb;

    private static (string? Verb, string Pattern) Pattern(GrpcJsonTranscodingMetadata route)
    {
        var rule = route.HttpRule;
        return rule.PatternCase switch
        {
            Google.Api.HttpRule.PatternOneofCase.Get => ("get", rule.Get),
            Google.Api.HttpRule.PatternOneofCase.Put => ("put", rule.Put),
            Google.Api.HttpRule.PatternOneofCase.Post => ("post", rule.Post),
            Google.Api.HttpRule.PatternOneofCase.Delete => ("delete", rule.Delete),
            Google.Api.HttpRule.PatternOneofCase.Patch => ("patch", rule.Patch),
            _ => (null, ""),
        };
    }
}
