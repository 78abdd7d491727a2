using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Handlers;

/// <summary>The options of a DELETE, from its body or its query.</summary>
public sealed record DeleteOptions(string? Uid, string? ResourceVersion, string? Propagation, bool? Orphan, long? GracePeriodSeconds, bool DryRun = false)
{
    public static DeleteOptions Read(JsonObject body, ApiRequest request)
    {
        var propagation = body.Text("propagationPolicy") ?? request.Text("propagationPolicy");
        var grace = body.Integer("gracePeriodSeconds") ?? (long.TryParse(request.Text("gracePeriodSeconds"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : null);
        var dryRun = body.List("dryRun") ?? [];
        var options = new DeleteOptions(body.Text("preconditions", "uid"), body.Text("preconditions", "resourceVersion"), propagation, body.Flag("orphanDependents"), grace,
            request.DryRun || dryRun.Count > 0);
        List<FieldError> errors = [];
        if (dryRun.Any(d => d.Text() != "All")) errors.Add(FieldError.NotSupported("dryRun", dryRun, ["All"]));
        if (propagation is not (null or "Foreground" or "Background" or "Orphan"))
            errors.Add(FieldError.NotSupported("propagationPolicy", propagation, ["Foreground", "Background", "Orphan", "nil"]));
        else if (propagation is not null && options.Orphan is not null)
            errors.Add(FieldError.Invalid("propagationPolicy", propagation, "orphanDependents and deletionPropagation cannot be both set"));
        return errors.Count == 0 ? options : throw ApiStatusException.Invalid("meta.k8s.io", "DeleteOptions", "", errors);
    }
}

/// <summary>
/// Takes an object away, or, while a finalizer or a grace period holds it, marks it as going. The result is the state after that, and
/// whether the object is gone.
/// </summary>
public sealed class ObjectDeletion(Cluster cluster)
{
    private const string OrphanFinalizer = "orphan";
    private const string ForegroundFinalizer = "foregroundDeletion";

    public async Task<(StoredObject Last, bool Gone)> DeleteAsync(ApiRequest request, DeleteOptions options)
    {
        while (true)
        {
            var stored = cluster.Store.Latest(request.Key) ?? throw ApiStatusException.NotFound(request.Resource, request.Name!);
            CheckPreconditions(request, options, stored);
            var tree = stored.ToTree();
            var (held, changed) = Mark(request.Resource, tree, options);
            if (options.DryRun) return (stored, !held);
            if (held && !changed) return (stored, false);
            if (held && request.Resource.HasGeneration && stored.Peek().At("metadata", "deletionTimestamp") is null)
                tree["metadata"]!["generation"] = (tree.Integer("metadata", "generation") ?? 0) + 1;
            var written = held ? await cluster.Store.WriteAsync(stored.Key, stored.ResourceVersion, tree) : await cluster.Store.RemoveAsync(stored.Key, stored.ResourceVersion, tree);
            if (written is not null) return (written, !held);
        }
    }

    /// <summary>Sets the marks of a deletion; says whether something holds the object, and whether a mark is new.</summary>
    private (bool Held, bool Changed) Mark(ResourceDefinition resource, JsonObject tree, DeleteOptions options)
    {
        var metadata = tree.MapOrNew("metadata");
        var finalizers = (metadata.List("finalizers") ?? []).Select(f => f.Text() ?? "").ToList();
        if (resource.Plural == "customresourcedefinitions" && !finalizers.Contains(CustomResources.DefinitionStrategy.CleanupFinalizer) && metadata["deletionTimestamp"] is null)
            finalizers = [.. finalizers, CustomResources.DefinitionStrategy.CleanupFinalizer];
        var wanted = WantedFinalizers(resource, finalizers, options);
        var changed = !wanted.SequenceEqual((metadata.List("finalizers") ?? []).Select(f => f.Text() ?? ""));
        if (changed) metadata["finalizers"] = new JsonArray([.. wanted.Select(f => (JsonNode)f)]);
        if (wanted.Count == 0) metadata.Remove("finalizers");

        var grace = Math.Max(0, resource.Strategy.GracePeriod(tree, options.GracePeriodSeconds) ?? 0);
        var going = metadata.Text("deletionTimestamp") is not null;
        if (going && metadata.Integer("deletionGracePeriodSeconds") is { } left) grace = options.GracePeriodSeconds is { } asked ? Math.Min(Math.Max(0, asked), left) : left;
        var held = wanted.Count > 0 || grace > 0 || (resource is { Group: "", Plural: "namespaces" } && tree.List("spec", "finalizers") is { Count: > 0 });
        if (!held) return (false, true);
        if (!going || metadata.Integer("deletionGracePeriodSeconds") != grace)
        {
            metadata["deletionTimestamp"] = cluster.Clock.GetUtcNow().AddSeconds(grace).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            metadata["deletionGracePeriodSeconds"] = grace;
            if (resource is { Group: "", Plural: "namespaces" })
            {
                metadata.Remove("deletionGracePeriodSeconds");
                tree.MapOrNew("status")["phase"] = "Terminating";
                changed |= !going;
            }
            else changed = true;
            if (resource.Plural == "customresourcedefinitions" && !going) MarkTerminating(tree.MapOrNew("status"));
        }
        return (true, changed);
    }

    private void MarkTerminating(JsonObject status)
    {
        if (status["conditions"] is not JsonArray conditions) status["conditions"] = conditions = [];
        conditions.Add(new JsonObject
        {
            ["type"] = "Terminating",
            ["status"] = "True",
            ["lastTransitionTime"] = cluster.Now(),
            ["reason"] = "InstanceDeletionPending",
            ["message"] = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        });
    }

    private static List<string> WantedFinalizers(ResourceDefinition resource, List<string> finalizers, DeleteOptions options)
    {
        var policy = options.Propagation ?? options.Orphan switch
        {
            true => "Orphan",
            false => "Background",
            null => resource.Strategy.OrphansByDefault && !finalizers.Contains(ForegroundFinalizer) ? "Orphan" : null,
        };
        if (policy is null) return finalizers;
        var kept = finalizers.Where(f => f is not (OrphanFinalizer or ForegroundFinalizer)).ToList();
        if (policy == "Orphan") kept.Add(OrphanFinalizer);
        if (policy == "Foreground") kept.Add(ForegroundFinalizer);
        return kept;
    }

    private static void CheckPreconditions(ApiRequest request, DeleteOptions options, StoredObject stored)
    {
        var uid = stored.Peek().Text("metadata", "uid");
        if (options.Uid is { } expected && expected != uid)
            throw Failed(request, $"the UID in the precondition ({expected}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        if (options.ResourceVersion is { } version && version != stored.ResourceVersion.ToString(CultureInfo.InvariantCulture))
            throw Failed(request, $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({stored.ResourceVersion}). The object might have been modified");
    }

    private static ApiStatusException Failed(ApiRequest request, string why)
    {
        var resource = request.Resource;
        var details = new JsonObject { ["name"] = request.Name, ["kind"] = resource.Kind };
        if (resource.Group.Length > 0) details["group"] = resource.Group;
        return new ApiStatusException(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedKind} \"{request.Name}\": {why}", details);
    }
}
