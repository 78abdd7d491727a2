using System.Text.Json.Nodes;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.ApiServer;

/// <summary>An answer other than success, on its way to the client as a Status. The factory methods hold the wording of apimachinery.</summary>
public sealed class ApiStatusException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public JsonObject? Details { get; } = details;

    public JsonObject ToStatus()
    {
        var status = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = Message };
        if (Reason.Length > 0) status["reason"] = Reason;
        if (Details is not null) status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }

    public static ApiStatusException NotFound(ResourceDefinition resource, string name) =>
        new(404, "NotFound", $"{resource.QualifiedName} \"{name}\" not found", Named(resource.Group, resource.Plural, name));

    public static ApiStatusException NoSuchNamespace(string name) =>
        new(404, "NotFound", $"namespaces \"{name}\" not found", Named("", "namespaces", name));

    public static ApiStatusException NoSuchResource() => new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiStatusException AlreadyExists(ResourceDefinition resource, string name) =>
        new(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists", Named(resource.Group, resource.Plural, name));

    public static ApiStatusException Conflict(ResourceDefinition resource, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {why}", Named(resource.Group, resource.Plural, name));

    public static ApiStatusException Modified(ResourceDefinition resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiStatusException Forbidden(ResourceDefinition resource, string name, string why) =>
        new(403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {why}", Named(resource.Group, resource.Plural, name));

    public static ApiStatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiStatusException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiStatusException Internal(string message) => new(500, "", message);

    public static ApiStatusException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiStatusException NotAcceptable() => new(406, "NotAcceptable",
        "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");

    public static ApiStatusException UnsupportedMediaType(string accepted) => new(415, "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {accepted}");

    public static ApiStatusException TooLarge(long limit) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    public static ApiStatusException Expired(string message) => new(410, "Expired", message);

    public static ApiStatusException Invalid(ResourceDefinition resource, string name, IReadOnlyList<FieldError> errors) =>
        Invalid(resource.Group, resource.Kind, name, errors);

    public static ApiStatusException Invalid(string group, string kind, string name, IReadOnlyList<FieldError> errors)
    {
        var details = Named(group, kind, name);
        details["causes"] = new JsonArray([.. errors.Select(e => (JsonNode)new JsonObject { ["reason"] = e.Reason, ["message"] = e.Message, ["field"] = e.Field })]);
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        var list = errors.Distinct().ToList();
        var text = list.Count == 1 ? list[0].ToString() : $"[{string.Join(", ", list)}]";
        return new ApiStatusException(422, "Invalid", $"{qualified} \"{name}\" is invalid: {text}", details);
    }

    private static JsonObject Named(string group, string kind, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0) details["name"] = name;
        if (group.Length > 0) details["group"] = group;
        if (kind.Length > 0) details["kind"] = kind;
        return details;
    }
}
