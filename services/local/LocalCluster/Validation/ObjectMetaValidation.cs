using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Validation;

/// <summary>metadata, for every kind alike.</summary>
public static class ObjectMetaValidation
{
    private const int MaxAnnotationBytes = 256 * 1024;

    public static void Validate(JsonObject obj, ResourceDefinition resource, List<FieldError> errors)
    {
        var metadata = obj.Map("metadata") ?? [];
        if (metadata.Text("generateName") is { Length: > 0 } prefix)
            foreach (var problem in resource.Strategy.ValidateName(prefix, true)) errors.Add(FieldError.Invalid("metadata.generateName", prefix, problem));
        if (metadata.Text("name") is { Length: > 0 } name)
            foreach (var problem in resource.Strategy.ValidateName(name, false)) errors.Add(FieldError.Invalid("metadata.name", name, problem));
        else
            errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
        Labels(metadata.Map("labels"), "metadata.labels", errors);
        Annotations(metadata.Map("annotations"), "metadata.annotations", errors);
        Owners(metadata.List("ownerReferences"), errors);
        foreach (var finalizer in metadata.List("finalizers") ?? [])
            if (finalizer.Text() is { } text)
                foreach (var problem in Names.QualifiedName(text)) errors.Add(FieldError.Invalid("metadata.finalizers", text, problem));
    }

    public static void ValidateUpdate(JsonObject obj, JsonObject old, ResourceDefinition resource, List<FieldError> errors)
    {
        foreach (var field in (string[])["uid", "name", "namespace"])
        {
            var (now, before) = (obj.At("metadata", field), old.At("metadata", field));
            if (!JsonTree.Same(now, before)) errors.Add(FieldError.Invalid($"metadata.{field}", now, "field is immutable"));
        }
        if (old.At("metadata", "deletionTimestamp") is not null)
        {
            var had = (old.List("metadata", "finalizers") ?? []).Select(f => f.Text()).ToHashSet();
            var added = (obj.List("metadata", "finalizers") ?? []).Select(f => f.Text()).Where(f => !had.Contains(f)).Select(f => f!).ToList();
            if (added.Count > 0)
                errors.Add(FieldError.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(FieldError.Quote))}}}"));
        }
        Validate(obj, resource, errors);
    }

    public static void Labels(JsonObject? labels, string field, List<FieldError> errors)
    {
        foreach (var (key, value) in labels ?? [])
        {
            foreach (var problem in Names.QualifiedName(key)) errors.Add(FieldError.Invalid(field, key, problem));
            foreach (var problem in Names.LabelValue(value.Text() ?? "")) errors.Add(FieldError.Invalid(field, value, problem));
        }
    }

    private static void Annotations(JsonObject? annotations, string field, List<FieldError> errors)
    {
        long size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            foreach (var problem in Names.QualifiedName(key.ToLowerInvariant())) errors.Add(FieldError.Invalid(field, key, problem));
            size += System.Text.Encoding.UTF8.GetByteCount(key) + System.Text.Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }
        if (size > MaxAnnotationBytes) errors.Add(FieldError.TooLong(field, MaxAnnotationBytes));
    }

    private static void Owners(JsonArray? owners, List<FieldError> errors)
    {
        const string field = "metadata.ownerReferences";
        JsonNode? controller = null;
        foreach (var owner in owners ?? [])
        {
            if (string.IsNullOrEmpty(owner.Text("apiVersion"))) errors.Add(FieldError.Invalid($"{field}.apiVersion", "", "version must not be empty"));
            if (string.IsNullOrEmpty(owner.Text("kind"))) errors.Add(FieldError.Invalid($"{field}.kind", "", "must not be empty"));
            if (string.IsNullOrEmpty(owner.Text("name"))) errors.Add(FieldError.Invalid($"{field}.name", "", "must not be empty"));
            if (string.IsNullOrEmpty(owner.Text("uid"))) errors.Add(FieldError.Invalid($"{field}.uid", "", "must not be empty"));
            if (owner.Flag("controller") != true) continue;
            if (controller is not null)
            {
                var shown = "[" + string.Join(",", owners!.Select(ShowOwner)) + "]";
                errors.Add(FieldError.InvalidText(field, $"{shown}: Only one reference can have Controller set to true. Found \"true\" in references for "
                    + $"{controller.Text("kind")}/{controller.Text("name")} and {owner.Text("kind")}/{owner.Text("name")}"));
            }
            controller ??= owner;
        }
    }

    private static string ShowOwner(JsonNode? owner)
    {
        var ordered = new JsonObject();
        foreach (var key in (string[])["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"])
            if (owner.At(key) is { } value) ordered[key] = value.DeepClone();
        return System.Text.Encoding.UTF8.GetString(JsonText.Write(ordered));
    }
}
