using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.LocalCluster.Access;
using Platform.LocalCluster.Discovery;
using Platform.LocalCluster.Handlers;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.ApiServer;

/// <summary>Every request comes here: who is it, where does it go, and every refusal becomes a Status.</summary>
internal sealed partial class ApiDispatcher(Cluster cluster, TokenAuthority tokens, ObjectDeletion deletion, CancellationToken stopping)
{
    private readonly ResourceHandler _resources = new(cluster, tokens, deletion, stopping);
    private readonly DiscoveryHandler _discovery = new(cluster.Registry);
    private readonly OpenApiHandler _openApi = new(cluster.Registry);

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http);
        }
        catch (ApiStatusException status) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            await ResponseWriter.StatusAsync(http, status);
        }
        catch (Exception left) when (left is OperationCanceledException or ConnectionResetException && http.RequestAborted.IsCancellationRequested)
        {
            return; // the client is gone: nobody reads an answer
        }
        catch (BadHttpRequestException malformed) when (!http.Response.HasStarted)
        {
            await ResponseWriter.StatusAsync(http, ApiStatusException.BadRequest(malformed.Message));
        }
        catch (ObjectTooLargeException) when (!http.Response.HasStarted)
        {
            await ResponseWriter.StatusAsync(http, ApiStatusException.TooLarge(ObjectTooLargeException.Limit));
        }
        catch (Exception bug) when (!http.Response.HasStarted && bug is not OperationCanceledException)
        {
            Failed(http.RequestServices.GetRequiredService<ILogger<LocalApiServer>>(), bug, http.Request.Method, http.Request.Path);
            await ResponseWriter.StatusAsync(http, new ApiStatusException(500, "InternalError", $"Internal error occurred: {bug.Message}"));
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path is "/healthz" or "/livez" or "/readyz")
        {
            await ResponseWriter.TextAsync(http, "ok");
            return;
        }
        var caller = Authenticate(http);
        if (caller is null && AnonymousAccess.Refusal(http.Request) is { } refused) throw refused;
        if (path == "/version") await ResponseWriter.TreeAsync(http, ServerVersion.Json(), 200, MediaChoice.Json);
        else if (path.StartsWith("/openapi/", StringComparison.Ordinal)) await _openApi.HandleAsync(http);
        else if (await _discovery.TryHandleAsync(http)) return;
        else if (RoutedPath.Parse(http.Request.Path) is { Plural: not null } routed) await ResourceAsync(http, routed, caller!);
        else await NotFoundAsync(http);
    }

    private async Task ResourceAsync(HttpContext http, RoutedPath routed, Caller caller)
    {
        if (cluster.Registry.Find(routed.Group, routed.Version, routed.Plural!) is not { } resource)
        {
            if (routed is { Group: "", Version: "v1" }) throw ApiStatusException.NoSuchResource();
            await NotFoundAsync(http);
            return;
        }
        if (routed.Namespace is not null && !resource.Namespaced) throw ApiStatusException.NoSuchResource();
        await _resources.HandleAsync(http, routed, resource, caller);
    }

    /// <summary>Null without credentials; wrong credentials are refused, whatever is asked.</summary>
    private Caller? Authenticate(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return null;
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) throw ApiStatusException.Unauthorized();
        try
        {
            return tokens.Identify(header["Bearer ".Length..].Trim()) ?? throw ApiStatusException.Unauthorized();
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            throw ApiStatusException.Unauthorized();
        }
    }

    private static Task NotFoundAsync(HttpContext http) => ResponseWriter.TextAsync(http, "404 page not found\n", 404);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private static partial void Failed(ILogger logger, Exception bug, string method, string path);
}
