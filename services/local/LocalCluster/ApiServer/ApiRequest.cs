using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.ApiServer;

/// <summary>A request to a resource, as its path and query read.</summary>
public sealed class ApiRequest
{
    public required HttpContext Http { get; init; }
    public required ResourceDefinition Resource { get; init; }
    public string? Namespace { get; init; }
    public string? Name { get; init; }
    public string? Subresource { get; init; }
    public required MediaChoice Media { get; init; }

    public bool IsStatus => Subresource == "status";

    public IQueryCollection Query => Http.Request.Query;

    public CancellationToken Aborted => Http.RequestAborted;

    public ObjectKey Key => new(Resource.StorageResource, Resource.Namespaced ? Namespace ?? "" : "", Name ?? "");

    /// <summary>Asked for by the query, or by the old form of the path.</summary>
    public bool IsWatch => Text("watch") is "true" or "1" || (Http.Request.Path.Value ?? "").Split('/') is ["", "api", _, "watch", ..] or ["", "apis", _, _, "watch", ..];

    public bool Flag(string parameter) => Query[parameter].FirstOrDefault() is "true" or "1" or "";

    public string? Text(string parameter) => Query.TryGetValue(parameter, out var values) ? values.ToString() : null;

    public bool DryRun { get; init; }

    /// <summary>What to do about unknown and duplicate fields: Ignore, Warn or Strict.</summary>
    public string FieldValidation { get; init; } = "Warn";

    /// <summary>Who writes, for managedFields.</summary>
    public string FieldManager { get; init; } = "unknown";

    public List<string> Warnings { get; } = [];
}
