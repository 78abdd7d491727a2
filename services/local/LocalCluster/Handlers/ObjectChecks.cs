using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Cel;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Handlers;

/// <summary>All validation of one object, in the order a real server does it, every problem in one answer.</summary>
internal static class ObjectChecks
{
    /// <summary>With one of these the shape is too broken for rules that rely on it.</summary>
    private static readonly HashSet<string> StopsRules = ["FieldValueTypeInvalid", "FieldValueRequired", "FieldValueNotSupported", "FieldValueTooLong", "FieldValueTooMany"];

    private static readonly FieldError RulesNotChecked = new("FieldValueInvalid", "<nil>",
        "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");

    public static void OnCreate(ApiRequest request, JsonObject obj)
    {
        List<FieldError> errors = [];
        WarnOfFinalizers(request, obj);
        ObjectMetaValidation.Validate(obj, request.Resource, errors);
        if (request.Resource.IsCustom) CheckSchema(request.Resource, obj, null, errors, status: false);
        else request.Resource.Strategy.Validate(obj, errors);
        Refuse(request, obj, errors);
    }

    public static void OnUpdate(ApiRequest request, JsonObject obj, JsonObject old)
    {
        List<FieldError> errors = [];
        ObjectMetaValidation.ValidateUpdate(obj, old, request.Resource, errors);
        if (request.Resource.IsCustom)
        {
            // A real server runs the metadata checks of an update of a custom resource twice, and lists both results.
            errors.AddRange(errors.Where(e => e.Message.EndsWith("field is immutable", StringComparison.Ordinal) || e.Reason == "FieldValueForbidden").ToList());
            CheckSchema(request.Resource, obj, old, errors, request.IsStatus);
        }
        else if (request.IsStatus) request.Resource.Strategy.ValidateStatusUpdate(obj, old, errors);
        else request.Resource.Strategy.ValidateUpdate(obj, old, errors);
        Refuse(request, obj, errors);
    }

    private static void WarnOfFinalizers(ApiRequest request, JsonObject obj)
    {
        foreach (var finalizer in Json.JsonTree.List(obj, "metadata", "finalizers") ?? [])
            if (Json.JsonTree.Text(finalizer) is { } text && !text.Contains('/', StringComparison.Ordinal) && text is not ("orphan" or "foregroundDeletion" or "kubernetes"))
                request.Warnings.Add($"metadata.finalizers: \"{text}\": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers");
    }

    private static void CheckSchema(ResourceDefinition resource, JsonObject obj, JsonObject? old, List<FieldError> errors, bool status)
    {
        foreach (var (name, schema) in resource.Schema.Properties)
        {
            if (name is "metadata" or "apiVersion" or "kind" || !obj.TryGetPropertyValue(name, out var value)) continue;
            var found = SchemaValidation.Validate(value, schema, old?[name], name);
            // Through /status a real server validates the status on its own, and its messages name the path below it.
            errors.AddRange(status ? found.Select(e => e with { Message = e.Message.Replace(": status.", ": ", StringComparison.Ordinal) }) : found);
        }
        foreach (var name in resource.Schema.Required)
            if (!obj.ContainsKey(name)) errors.Add(FieldError.Required(name));
        if (errors.Exists(e => StopsRules.Contains(e.Reason))) errors.Add(RulesNotChecked);
        else errors.AddRange(RuleWalk.Check(obj, old, resource.Schema));
    }

    private static void Refuse(ApiRequest request, JsonObject obj, List<FieldError> errors)
    {
        if (errors.Count == 0) return;
        var name = Json.JsonTree.Text(obj, "metadata", "name") ?? "";
        // Events of the newer group are still called by their old name.
        if (request.Resource.Plural == "events") throw ApiStatusException.Invalid("", "Event", name, errors);
        throw ApiStatusException.Invalid(request.Resource, name, errors);
    }
}
