using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Platform.Hosting.OpenApi;

/// <summary>Proto messages as JSON schemas, in protobuf's JSON mapping: 64-bit integers are strings, times are RFC 3339.</summary>
internal sealed class OpenApiSchemas
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value.DeepClone())));

    /// <summary>A reference to the message's schema, which is added when it is new.</summary>
    public JsonObject Reference(MessageDescriptor message)
    {
        if (!_schemas.ContainsKey(message.FullName))
        {
            var schema = _schemas[message.FullName] = new JsonObject { ["type"] = "object" }; // first, because messages may nest
            schema["properties"] = new JsonObject(message.Fields.InFieldNumberOrder().Select(field => KeyValuePair.Create(field.JsonName, (JsonNode?)Of(field))));
        }
        return new JsonObject { ["$ref"] = $"#/components/schemas/{message.FullName}" };
    }

    /// <summary>What every refusal looks like: google.rpc.Status.</summary>
    public JsonObject Status()
    {
        _schemas["google.rpc.Status"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["code"] = new JsonObject { ["type"] = "integer", ["format"] = "int32" },
                ["message"] = new JsonObject { ["type"] = "string" },
                ["details"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } },
            },
        };
        return new JsonObject { ["$ref"] = "#/components/schemas/google.rpc.Status" };
    }

    public JsonObject Of(FieldDescriptor field)
    {
        if (field.IsMap) return new JsonObject { ["type"] = "object", ["additionalProperties"] = Single(field.MessageType.FindFieldByNumber(2)) };
        return field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = Single(field) } : Single(field);
    }

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message when field.MessageType.FullName == "google.protobuf.Timestamp" => Typed("string", "date-time"),
        FieldType.Message or FieldType.Group => Reference(field.MessageType),
        FieldType.Bool => Typed("boolean"),
        FieldType.String => Typed("string"),
        FieldType.Bytes => Typed("string", "byte"),
        FieldType.Double => Typed("number", "double"),
        FieldType.Float => Typed("number", "float"),
        FieldType.Enum => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Select(value => (JsonNode)value.Name)]) },
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Typed("string", "int64"),
        FieldType.UInt64 or FieldType.Fixed64 => Typed("string", "uint64"),
        FieldType.UInt32 or FieldType.Fixed32 => Typed("integer", "uint32"),
        _ => Typed("integer", "int32"),
    };

    private static JsonObject Typed(string type, string? format = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format is not null) schema["format"] = format;
        return schema;
    }
}
