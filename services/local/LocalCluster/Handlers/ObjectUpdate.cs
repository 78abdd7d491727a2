using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Patching;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Handlers;

/// <summary>What a change wants the object to become, given what it is (a tree that the change may keep).</summary>
public delegate JsonObject Change(JsonObject current);

/// <summary>
/// One read-modify-write with optimistic concurrency. PUT, every kind of patch and the status subresource come through here, so that
/// they agree on what may change, on generation, and on a change without effect being no write.
/// </summary>
public sealed class ObjectUpdate(Cluster cluster)
{
    /// <summary>A patch that keeps losing against other writers gives up after so many attempts.</summary>
    private const int Attempts = 100;

    public async Task<StoredObject> UpdateAsync(ApiRequest request, Change change, bool applied = false, bool isPatch = true)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var stored = cluster.Store.Latest(request.Key) ?? throw ApiStatusException.NotFound(request.Resource, request.Name!);
            var old = request.Resource.FromStorage(stored);
            var next = change((JsonObject)old.DeepClone());
            var demanded = Prepare(request, next, old, isPatch);
            if (demanded is { } version && version != stored.ResourceVersion) throw ApiStatusException.Modified(request.Resource, request.Name!);
            if (!isPatch && old.Text("metadata", "uid") is { } uid && next.Text("metadata", "uid") is { } sent && sent != uid) throw WrongUid(request, sent, uid);
            ObjectChecks.OnUpdate(request, next, old);
            if (!applied) ManagedFields.Track(request, old, next, cluster.Now());
            if (ManagedFields.SameContent(next, old) && !CompletesCreation(request.Resource, stored, old)) return stored;
            if (request.DryRun) return new StoredObject(stored.Key, stored.ResourceVersion, JsonText.Write(request.Resource.Conversion?.ToStorage(next) ?? next));
            var result = await Write(request, stored, next);
            if (result is not null) return result;
            // Lost against another writer: a client that insists on its version is refused by the comparison above, a patch is applied again.
        }
        throw ApiStatusException.Modified(request.Resource, request.Name!);
    }

    /// <summary>
    /// A real server creates without a status and fills the status's defaults in when it reads, so that its first write after the
    /// creation moves the version even where nothing else changes.
    /// </summary>
    private static bool CompletesCreation(ResourceDefinition resource, StoredObject stored, JsonObject old) =>
        resource is { IsCustom: true, HasStatus: true } && stored.IsAsCreated && old.ContainsKey("status");

    private static ApiStatusException WrongUid(ApiRequest request, string sent, string uid)
    {
        var key = request.Resource.Group.Length == 0 ? request.Resource.Plural : $"{request.Resource.Group}/{request.Resource.Plural}";
        var place = request.Resource.Namespaced ? $"{key}/{request.Namespace}/{request.Name}" : $"{key}/{request.Name}";
        return ApiStatusException.Conflict(request.Resource, request.Name!, $"StorageError: invalid object, Code: 4, Key: /registry/{place}, ResourceVersion: 0, "
            + $"AdditionalErrorMsg: Precondition failed: UID in precondition: {sent}, UID in object meta: {uid}");
    }

    private async Task<StoredObject?> Write(ApiRequest request, StoredObject stored, JsonObject next)
    {
        var tree = request.Resource.Conversion?.ToStorage(next) ?? next;
        var metadata = next["metadata"]!;
        var released = metadata.At("deletionTimestamp") is not null && metadata.List("finalizers") is null or { Count: 0 }
            && (metadata.Integer("deletionGracePeriodSeconds") ?? 0) == 0 && !HoldsByItself(request.Resource, next);
        if (!released) return await cluster.Store.WriteAsync(stored.Key, stored.ResourceVersion, tree);
        // Watchers see the last state that was stored; the caller sees the one that let go.
        var removed = await cluster.Store.RemoveAsync(stored.Key, stored.ResourceVersion, stored.ToTree());
        if (removed is null) return null;
        tree["metadata"]!["resourceVersion"] = removed.ResourceVersion.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(stored.Key, removed.ResourceVersion, JsonText.Write(tree));
    }

    /// <summary>A namespace stays until its own finalizer, which is kept in its spec, is gone.</summary>
    private static bool HoldsByItself(ResourceDefinition resource, JsonObject obj) =>
        resource is { Group: "", Plural: "namespaces" } && obj.List("spec", "finalizers") is { Count: > 0 };

    /// <summary>Everything between the wish and the checks; returns the version that the client insists on.</summary>
    private static long? Prepare(ApiRequest request, JsonObject next, JsonObject old, bool isPatch)
    {
        var resource = request.Resource;
        var metadata = next.MapOrNew("metadata");
        CheckIdentity(request, metadata, isPatch);
        var demanded = DemandedVersion(request, metadata);
        KeepOwned(metadata, old);
        if (request.IsStatus) KeepAllBut(next, old, "status");
        else if (resource.HasStatus) Keep(next, old, "status");
        if (resource.IsCustom)
        {
            CheckTypeMeta(request, next);
            Defaulting.Apply(next, resource.Schema);
        }
        else
        {
            (next["apiVersion"], next["kind"]) = (resource.ApiVersion, resource.Kind);
            resource.Strategy.Default(next);
            if (!request.IsStatus) resource.Strategy.PrepareForUpdate(next, old);
        }
        if (resource.HasGeneration && !request.IsStatus && DesiredStateChanged(next, old, resource))
            metadata["generation"] = (old.Integer("metadata", "generation") ?? 0) + 1;
        return demanded;
    }

    private static void CheckIdentity(ApiRequest request, JsonObject metadata, bool isPatch)
    {
        var name = metadata.Text("name") ?? "";
        if (name.Length == 0 && !isPatch && request.Resource.IsCustom) throw ApiStatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        if (name.Length > 0 && name != request.Name) throw ApiStatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        metadata["name"] = request.Name;
        if (!request.Resource.Namespaced) return;
        if (metadata.Text("namespace") is { Length: > 0 } ns && ns != request.Namespace)
            throw ApiStatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        metadata["namespace"] = request.Namespace;
    }

    private static long? DemandedVersion(ApiRequest request, JsonObject metadata)
    {
        var text = metadata.Text("resourceVersion") ?? "";
        if (text is "" or "0") return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
            : throw ApiStatusException.Internal($"strconv.ParseUint: parsing {FieldError.Quote(text)}: invalid syntax");
    }

    private static void KeepOwned(JsonObject metadata, JsonObject old)
    {
        metadata.Remove("selfLink");
        if (string.IsNullOrEmpty(metadata.Text("uid"))) metadata.Remove("uid");
        foreach (var owned in (string[])["resourceVersion", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"])
        {
            if (owned == "generateName" && metadata.ContainsKey(owned)) continue;
            Restore(metadata, old["metadata"]!.AsObject(), owned);
        }
        if (!metadata.ContainsKey("uid")) metadata["uid"] = old.Text("metadata", "uid");
        if (metadata.List("managedFields") is null) Restore(metadata, old["metadata"]!.AsObject(), "managedFields");
    }

    private static void Keep(JsonObject next, JsonObject old, string field) => Restore(next, old, field);

    /// <summary>/status takes the status, and of the metadata only what ownership tracking needs.</summary>
    private static void KeepAllBut(JsonObject next, JsonObject old, string field)
    {
        var managed = next.At("metadata", "managedFields")?.DeepClone();
        foreach (var (name, _) in next.ToArray())
            if (name != field) next.Remove(name);
        foreach (var (name, value) in old)
            if (name != field) next[name] = value?.DeepClone();
        if (managed is not null) next["metadata"]!["managedFields"] = managed;
    }

    private static void Restore(JsonObject target, JsonObject source, string field)
    {
        target.Remove(field);
        if (source.TryGetPropertyValue(field, out var value)) target[field] = value?.DeepClone();
    }

    private static void CheckTypeMeta(ApiRequest request, JsonObject next)
    {
        var resource = request.Resource;
        List<FieldError> errors = [];
        var (apiVersion, kind) = (next.Text("apiVersion") ?? "", next.Text("kind") ?? "");
        if (apiVersion != resource.ApiVersion) errors.Add(FieldError.Invalid("apiVersion", apiVersion, $"must be {resource.ApiVersion}"));
        if (kind != resource.Kind) errors.Add(FieldError.Invalid("kind", kind, $"must be {resource.Kind}"));
        // The answer speaks of the kind that the object claims to be.
        var group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";
        if (errors.Count > 0) throw ApiStatusException.Invalid(group, kind, request.Name!, errors);
    }

    private static bool DesiredStateChanged(JsonObject next, JsonObject old, ResourceDefinition resource)
    {
        if (!resource.IsCustom) return !JsonTree.Same(next["spec"], old["spec"]);
        return next.Select(p => p.Key).Union(old.Select(p => p.Key)).Any(field => field is not ("metadata" or "apiVersion" or "kind")
            && !(resource.HasStatus && field == "status") && !JsonTree.Same(next[field], old[field]));
    }
}
