using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace Platform.Hosting.OpenApi;

/// <summary>An OpenAPI 3.0 document built from proto methods and their google.api.http rules.</summary>
internal sealed partial class OpenApiDocument(string title)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly JsonObject _paths = [];
    private readonly OpenApiSchemas _schemas = new();

    /// <param name="pattern">As in the proto: <c>/v1/models/{model}/versions</c>.</param>
    /// <param name="body"><c>*</c> when the request's other fields are the body; empty when they are the query.</param>
    public void Add(string verb, string pattern, string body, MethodDescriptor method)
    {
        var inPath = PathVariable().Matches(pattern).Select(match => match.Groups[1].Value).ToList();
        var parameters = new JsonArray([.. inPath.Select(variable => PathParameter(method.InputType, variable))]);
        var operation = new JsonObject
        {
            ["operationId"] = $"{method.Service.Name}.{method.Name}",
            ["tags"] = new JsonArray(method.Service.FullName),
            ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                ["200"] = Content("The answer.", _schemas.Reference(method.OutputType)),
                ["default"] = Content("A refusal: a gRPC status code and a message that names field, value and allowed range.", _schemas.Status()),
            },
        };
        if (body == "*")
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(_schemas.Reference(method.InputType)) };
        else
            foreach (var field in method.InputType.Fields.InFieldNumberOrder().Where(field => !inPath.Contains(field.Name) && field.FieldType is not (FieldType.Message or FieldType.Group)))
                parameters.Add((JsonNode)Parameter(field.JsonName, "query", required: false, _schemas.Of(field)));
        var path = PathVariable().Replace(pattern, "{$1}");
        if (_paths[path] is not JsonObject item) _paths[path] = item = [];
        item[verb] = operation;
    }

    public string ToJson() => new JsonObject
    {
        ["openapi"] = "3.0.3",
        ["info"] = new JsonObject { ["title"] = title, ["version"] = "v1" },
        ["paths"] = _paths.DeepClone(),
        ["components"] = new JsonObject { ["schemas"] = _schemas.ToJson() },
    }.ToJsonString(Readable);

    private JsonNode PathParameter(MessageDescriptor message, string variable)
    {
        FieldDescriptor? field = null;
        foreach (var name in variable.Split('.'))
        {
            field = message.FindFieldByName(name) ?? throw new InvalidOperationException($"{message.FullName} has no field '{name}' for the path variable '{variable}'.");
            if (field.FieldType == FieldType.Message) message = field.MessageType;
        }
        return Parameter(variable, "path", required: true, _schemas.Of(field!));
    }

    private static JsonObject Parameter(string name, string place, bool required, JsonNode schema) =>
        new() { ["name"] = name, ["in"] = place, ["required"] = required, ["schema"] = schema };

    private static JsonObject Content(string description, JsonNode schema) => new() { ["description"] = description, ["content"] = Json(schema) };

    private static JsonObject Json(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    [GeneratedRegex(@"\{([^}=]+)(?:=[^}]*)?\}")]
    private static partial Regex PathVariable();
}
