using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Builtins;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Patching;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Handlers;

/// <summary>Makes a new object out of what a client sent: server-owned metadata, defaults, checks, one write.</summary>
public sealed class ObjectCreation(Cluster cluster)
{
    private readonly ServiceAccountAdmission _accounts = new(cluster.Store, cluster.Clock);

    /// <summary>Also of an apply that finds nothing; <paramref name="applied"/> are then the entries of managedFields.</summary>
    public async Task<StoredObject> CreateAsync(ApiRequest request, JsonObject obj, JsonArray? applied = null)
    {
        var resource = request.Resource;
        var metadata = obj.MapOrNew("metadata");
        CheckPlace(request, metadata);
        if (metadata.Text("resourceVersion") is { Length: > 0 }) throw ApiStatusException.Internal("resourceVersion should not be set on objects to be created");
        OwnMetadata(resource, metadata, request.Namespace);
        if (resource.HasStatus) obj.Remove("status");
        if (resource.IsCustom) Defaulting.Apply(obj, resource.Schema);
        else
        {
            resource.Strategy.Default(obj);
            resource.Strategy.PrepareForCreate(obj);
            if (resource is { Group: "", Plural: "pods" }) await _accounts.AdmitAsync(request, obj, request.Aborted);
        }
        ObjectChecks.OnCreate(request, obj);
        resource.Strategy.CompleteCreation(obj);
        if (resource.Namespaced) CheckNamespace(resource, request.Namespace!, metadata.Text("name")!);
        if (applied is null) ManagedFields.Track(request, null, obj, cluster.Now());
        else metadata["managedFields"] = applied;
        return await Store(request, obj, metadata);
    }

    private async Task<StoredObject> Store(ApiRequest request, JsonObject obj, JsonObject metadata)
    {
        var resource = request.Resource;
        var generated = metadata.Text("generateName") is { Length: > 0 } && request.Name is null;
        var stored = resource.Conversion?.ToStorage(obj) ?? obj;
        for (var attempt = 0; ; attempt++)
        {
            var name = metadata.Text("name")!;
            var key = new ObjectKey(resource.StorageResource, request.Key.Namespace, name);
            if (request.DryRun)
            {
                if (cluster.Store.Latest(key) is { } there) throw Exists(resource, name, there);
                return new StoredObject(key, 0, JsonText.Write(stored));
            }
            if (await cluster.Store.WriteAsync(key, 0, stored) is { } written) return written;
            if (cluster.Store.Latest(key) is not { } existing) continue;
            if (!generated || attempt >= 8) throw Exists(resource, name, existing);
            metadata["name"] = GeneratedNames.After(metadata.Text("generateName")!);
            stored = resource.Conversion?.ToStorage(obj) ?? obj;
        }
    }

    private static ApiStatusException Exists(ResourceDefinition resource, string name, StoredObject existing)
    {
        var plain = ApiStatusException.AlreadyExists(resource, name);
        var going = existing.Peek().At("metadata", "deletionTimestamp") is not null;
        return going ? new ApiStatusException(409, "AlreadyExists", "object is being deleted: " + plain.Message, plain.Details) : plain;
    }

    private static void CheckPlace(ApiRequest request, JsonObject metadata)
    {
        var own = metadata.Text("namespace") ?? "";
        if (request.Resource.Namespaced)
        {
            if (own.Length > 0 && own != request.Namespace)
                throw ApiStatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
        else metadata.Remove("namespace");
        if (request.Name is { } name && metadata.Text("name") is { Length: > 0 } sent && sent != name)
            throw ApiStatusException.BadRequest($"the name of the object ({sent}) does not match the name on the URL ({name})");
    }

    private void OwnMetadata(ResourceDefinition resource, JsonObject metadata, string? @namespace)
    {
        foreach (var owned in (string[])["resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields"]) metadata.Remove(owned);
        if (resource.Namespaced) metadata["namespace"] = @namespace;
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = cluster.Now();
        if (resource.HasGeneration) metadata["generation"] = 1;
        if (string.IsNullOrEmpty(metadata.Text("name")))
        {
            metadata.Remove("name");
            if (metadata.Text("generateName") is { Length: > 0 } prefix) metadata["name"] = GeneratedNames.After(prefix);
        }
    }

    private void CheckNamespace(ResourceDefinition resource, string name, string objectName)
    {
        if (cluster.Store.Latest(new ObjectKey("namespaces", "", name)) is not { } found) throw ApiStatusException.NoSuchNamespace(name);
        if (found.Peek().At("metadata", "deletionTimestamp") is null) return;
        var refused = ApiStatusException.Forbidden(resource, objectName, $"unable to create new content in namespace {name} because it is being terminated");
        refused.Details!["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {name} is being terminated",
            ["field"] = "metadata.namespace",
        });
        throw refused;
    }
}
