using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Access;

/// <summary>Who sends no credentials is system:anonymous, who may ask for the version and nothing else (health is asked before this).</summary>
internal static class AnonymousAccess
{
    private const string User = "system:anonymous";

    /// <summary>Null where the request is allowed.</summary>
    public static ApiStatusException? Refusal(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        if (path == "/version") return null;
        var verb = request.Method.ToLowerInvariant();
        if (RoutedPath.Parse(request.Path) is not { Plural: { } plural } routed)
            return new ApiStatusException(403, "Forbidden", $"forbidden: User \"{User}\" cannot {verb} path \"{path}\"", []);
        var resource = routed.Subresource is null ? plural : $"{plural}/{routed.Subresource}";
        var scope = routed.Namespace is { } ns ? $"in the namespace \"{ns}\"" : "at the cluster scope";
        var qualified = routed.Group.Length == 0 ? plural : $"{plural}.{routed.Group}";
        var subject = routed.Name is null ? qualified : $"{qualified} \"{routed.Name}\"";
        var details = new JsonObject { ["kind"] = plural };
        if (routed.Name is not null) details["name"] = routed.Name;
        if (routed.Group.Length > 0) details["group"] = routed.Group;
        return new ApiStatusException(403, "Forbidden",
            $"{subject} is forbidden: User \"{User}\" cannot {Verb(request, routed)} resource \"{resource}\" in API group \"{routed.Group}\" {scope}", details);
    }

    private static string Verb(HttpRequest request, RoutedPath routed) => (request.Method, routed.Name) switch
    {
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", null) => "deletecollection",
        ("DELETE", _) => "delete",
        (_, null) => request.Query["watch"].ToString() is "true" or "1" ? "watch" : "list",
        _ => "get",
    };
}
