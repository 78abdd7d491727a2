using System.Text.Json.Nodes;
using Platform.LocalCluster.Cel;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Schema;

/// <summary>Turns the openAPIV3Schema of a definition into a tree to walk. What does not parse here was refused when the definition was created.</summary>
public static class SchemaReader
{
    public static StructuralSchema Read(JsonObject schema, bool root = false)
    {
        var intOrString = schema.Flag("x-kubernetes-int-or-string") == true;
        var embedded = root || schema.Flag("x-kubernetes-embedded-resource") == true;
        var read = new StructuralSchema
        {
            Type = schema.Text("type") ?? "",
            Format = schema.Text("format") ?? "",
            Description = schema.Text("description") ?? "",
            Nullable = schema.Flag("nullable") == true,
            IntOrString = intOrString,
            EmbeddedResource = embedded,
            PreserveUnknownFields = schema.Flag("x-kubernetes-preserve-unknown-fields") == true,
            Properties = Children(schema.Map("properties")),
            AdditionalProperties = Additional(schema["additionalProperties"]),
            Items = schema.Map("items") is { } items ? Read(items) : null,
            Required = Strings(schema.List("required")),
            HasDefault = schema["default"] is not null,
            Default = schema["default"]?.DeepClone(),
            Enum = schema.List("enum") is { } values ? [.. values.Select(v => v?.DeepClone())] : null,
            Minimum = JsonTree.AsDouble(schema["minimum"]),
            Maximum = JsonTree.AsDouble(schema["maximum"]),
            ExclusiveMinimum = schema.Flag("exclusiveMinimum") == true,
            ExclusiveMaximum = schema.Flag("exclusiveMaximum") == true,
            MultipleOf = JsonTree.AsDouble(schema["multipleOf"]),
            MinLength = schema.Integer("minLength"),
            MaxLength = schema.Integer("maxLength"),
            Pattern = schema.Text("pattern") is { Length: > 0 } pattern ? Patterns.Compile(pattern) : null,
            PatternText = schema.Text("pattern") ?? "",
            MinItems = schema.Integer("minItems"),
            MaxItems = schema.Integer("maxItems"),
            UniqueItems = schema.Flag("uniqueItems") == true,
            MinProperties = schema.Integer("minProperties"),
            MaxProperties = schema.Integer("maxProperties"),
            AllOf = Branches(schema.List("allOf")),
            AnyOf = Branches(schema.List("anyOf")),
            OneOf = Branches(schema.List("oneOf")),
            Not = schema.Map("not") is { } not ? Read(not) : null,
            ListKind = schema.Text("x-kubernetes-list-type") switch { "map" => ListKind.Map, "set" => ListKind.Set, _ => ListKind.Atomic },
            ListMapKeys = Strings(schema.List("x-kubernetes-list-map-keys")),
            AtomicMap = schema.Text("x-kubernetes-map-type") == "atomic",
            Rules = [.. (schema.List("x-kubernetes-validations") ?? []).OfType<JsonObject>().Select(CelRule.Read)],
        };
        if (embedded) AddTypeMeta(read, root);
        return read;
    }

    private static void AddTypeMeta(StructuralSchema schema, bool root)
    {
        schema.Properties.TryAdd("apiVersion", new StructuralSchema { Type = "string" });
        schema.Properties.TryAdd("kind", new StructuralSchema { Type = "string" });
        if (root) schema.Properties["metadata"] = BuiltinSchemas.ObjectMeta;
        else schema.Properties.TryAdd("metadata", BuiltinSchemas.ObjectMeta);
    }

    private static Dictionary<string, StructuralSchema> Children(JsonObject? properties)
    {
        Dictionary<string, StructuralSchema> children = [];
        foreach (var (name, child) in properties ?? [])
            if (child is JsonObject map) children[name] = Read(map);
        return children;
    }

    private static StructuralSchema? Additional(JsonNode? node) => node switch
    {
        JsonObject map => Read(map),
        JsonValue value when value.TryGetValue<bool>(out var any) && any => new StructuralSchema { PreserveUnknownFields = true },
        _ => null,
    };

    private static List<StructuralSchema> Branches(JsonArray? list) => [.. (list ?? []).OfType<JsonObject>().Select(branch => Read(branch))];

    private static List<string> Strings(JsonArray? list) => [.. (list ?? []).Select(item => item.Text() ?? "")];
}
