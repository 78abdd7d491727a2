using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Protobuf;

/// <summary>
/// An OpenAPI v2 document as the protobuf message `openapi.v2.Document` of gnostic, the only form in which kubectl asks for it. The field
/// numbers are those of gnostic's OpenAPIv2.proto. Extensions travel as YAML text, and JSON is YAML.
/// </summary>
internal static class OpenApiV2Message
{
    private static readonly string[] Verbs = ["", "", "get", "put", "post", "delete", "options", "head", "patch"]; // by field number

    public static byte[] Of(JsonObject document)
    {
        var message = new ProtobufWriter();
        message.Text(1, document.Text("swagger"));
        message.Message(2, info =>
        {
            info.Text(1, document.Text("info", "title"));
            info.Text(2, document.Text("info", "version"));
        });
        message.Message(8, paths => Entries(paths, 2, document.Map("paths"), Path));
        message.Message(9, definitions => Entries(definitions, 1, document.Map("definitions"), Schema));
        return message.Written.ToArray();
    }

    private static void Path(ProtobufWriter message, JsonObject path)
    {
        for (var field = 2; field < Verbs.Length; field++)
            if (path.Map(Verbs[field]) is { } operation) message.Message(field, inner => Operation(inner, operation));
    }

    private static void Operation(ProtobufWriter message, JsonObject operation)
    {
        message.Text(5, operation.Text("operationId"));
        foreach (var type in operation.List("consumes") ?? []) message.Text(7, type.Text());
        foreach (var parameter in (operation.List("parameters") ?? []).OfType<JsonObject>())
            message.Message(8, item => item.Message(1, either => Parameter(either, parameter)));
        message.Message(9, responses => Entries(responses, 1, operation.Map("responses"), (value, response) => value.Message(1, r => r.Text(1, response.Text("description")))));
        Extensions(message, 13, operation);
    }

    private static void Parameter(ProtobufWriter message, JsonObject parameter)
    {
        if (parameter.Text("in") == "body")
        {
            message.Message(1, body =>
            {
                body.Text(2, parameter.Text("name"));
                body.Text(3, "body");
                body.Flag(4, parameter.Flag("required"));
                body.Message(5, schema => Schema(schema, parameter.Map("schema") ?? []));
            });
            return;
        }
        message.Message(2, other => other.Message(3, query =>
        {
            query.Text(2, "query");
            query.Text(4, parameter.Text("name"));
            query.Text(6, parameter.Text("type"));
            query.Flag(20, parameter.Flag("uniqueItems"));
        }));
    }

    private static void Schema(ProtobufWriter message, JsonObject schema)
    {
        message.Text(1, schema.Text("$ref"));
        message.Text(2, schema.Text("format"));
        message.Text(3, schema.Text("title"));
        message.Text(4, schema.Text("description"));
        if (schema["default"] is { } value) message.Message(5, any => any.Text(2, value.ToJsonString()));
        message.Real(6, JsonTree.AsDouble(schema["multipleOf"]));
        message.Real(7, JsonTree.AsDouble(schema["maximum"]));
        message.Flag(8, schema.Flag("exclusiveMaximum"));
        message.Real(9, JsonTree.AsDouble(schema["minimum"]));
        message.Flag(10, schema.Flag("exclusiveMinimum"));
        message.Number(11, schema.Integer("maxLength"));
        message.Number(12, schema.Integer("minLength"));
        message.Text(13, schema.Text("pattern"));
        message.Number(14, schema.Integer("maxItems"));
        message.Number(15, schema.Integer("minItems"));
        message.Flag(16, schema.Flag("uniqueItems"));
        message.Number(17, schema.Integer("maxProperties"));
        message.Number(18, schema.Integer("minProperties"));
        foreach (var name in schema.List("required") ?? []) message.Text(19, name.Text());
        foreach (var allowed in schema.List("enum") ?? []) message.Message(20, any => any.Text(2, allowed?.ToJsonString() ?? "null"));
        if (schema.Map("additionalProperties") is { } additional) message.Message(21, item => item.Message(1, inner => Schema(inner, additional)));
        if (schema.Text("type") is { Length: > 0 } type) message.Message(22, item => item.Text(1, type));
        if (schema.Map("items") is { } items) message.Message(23, item => item.Message(1, inner => Schema(inner, items)));
        if (schema.Map("properties") is { } properties) message.Message(25, inner => Entries(inner, 1, properties, Schema));
        Extensions(message, 31, schema);
    }

    /// <summary>A map, as gnostic has it: a list of names with their values.</summary>
    private static void Entries(ProtobufWriter message, int field, JsonObject? map, Action<ProtobufWriter, JsonObject> value)
    {
        foreach (var (name, content) in map ?? [])
        {
            if (content is not JsonObject obj) continue;
            message.Message(field, entry =>
            {
                entry.Text(1, name);
                entry.Message(2, inner => value(inner, obj));
            });
        }
    }

    private static void Extensions(ProtobufWriter message, int field, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            if (!name.StartsWith("x-", StringComparison.Ordinal)) continue;
            message.Message(field, entry =>
            {
                entry.Text(1, name);
                entry.Message(2, any => any.Text(2, value?.ToJsonString() ?? "null"));
            });
        }
    }
}
