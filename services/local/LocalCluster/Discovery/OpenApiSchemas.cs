using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;

namespace Platform.LocalCluster.Discovery;

/// <summary>The schemas of a document: a custom resource's from its definition, a built-in's from the client library's types.</summary>
internal sealed class OpenApiSchemas
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static readonly Type[] Machinery = [typeof(V1DeleteOptions), typeof(V1ListMeta), typeof(V1ObjectMeta), typeof(V1Status)];

    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

    public OpenApiSchemas()
    {
        foreach (var type in Machinery) AddType(type, "");
        _schemas[Meta + "Patch"] = new JsonObject { ["type"] = "object", ["description"] = "Patch is provided to give a concrete name and type to the Kubernetes PATCH request body." };
        _schemas[Meta + "Time"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        _schemas[Meta + "FieldsV1"] = new JsonObject { ["type"] = "object" };
    }

    public static string NameOf(ResourceDefinition resource) => resource.ClrType is { } type
        ? TypeName(type, resource.Group)
        : $"{string.Join('.', resource.Group.Split('.').Reverse())}.{resource.Version}.{resource.Kind}";

    public void AddRoot(ResourceDefinition resource)
    {
        var name = NameOf(resource);
        if (resource.ClrType is { } type) AddType(type, resource.Group);
        else _schemas[name] = Published(resource);
        ((JsonObject)_schemas[name])["x-kubernetes-group-version-kind"] = Kinds(resource, resource.Kind);
        if (resource.IsReview) return;
        _schemas[name + "List"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = $"{resource.ListKind} is a list of {resource.Kind}",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = Described("string", ApiVersionText),
                ["kind"] = Described("string", KindText),
                ["metadata"] = Embedded(Meta + "ListMeta", "Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds"),
                ["items"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = resource.IsCustom ? Reference(name) : new JsonObject { ["allOf"] = new JsonArray(Reference(name)) },
                    ["description"] = $"List of {resource.Plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md",
                },
            },
            ["x-kubernetes-group-version-kind"] = Kinds(resource, resource.ListKind),
        };
        if (resource.IsCustom && resource.SelectableFields.Count > 0) ((JsonObject)_schemas[name + "List"])["x-kubernetes-selectable-fields"] = Selectable(resource);
    }

    public JsonObject ToJson() => new(_schemas.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value)));

    private const string ApiVersionText = "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
    private const string KindText = "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";

    /// <summary>The definition's schema, with the metadata every object has.</summary>
    private static JsonObject Published(ResourceDefinition resource)
    {
        var schema = (JsonObject)resource.Source!["schema"]!["openAPIV3Schema"]!.DeepClone();
        SpellOut(schema);
        if (resource.SelectableFields.Count > 0)
            schema["x-kubernetes-selectable-fields"] = Selectable(resource);
        var properties = schema.MapOrNew("properties");
        properties["apiVersion"] = Described("string", ApiVersionText);
        properties["kind"] = Described("string", KindText);
        properties["metadata"] = Embedded(Meta + "ObjectMeta", "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata");
        return schema;
    }

    /// <summary>Clients that do not know the extension read the two types of an int-or-string here.</summary>
    private static void SpellOut(JsonNode? node)
    {
        if (node is JsonArray list) foreach (var item in list) SpellOut(item);
        if (node is not JsonObject map) return;
        if (map.Flag("x-kubernetes-int-or-string") == true && map["anyOf"] is null)
            map["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" });
        foreach (var (_, child) in map.ToList()) SpellOut(child);
    }

    private void AddType(Type type, string group)
    {
        var name = TypeName(type, group);
        if (_schemas.ContainsKey(name)) return;
        var schema = new JsonObject { ["type"] = "object", ["description"] = TypeDescriptions.Of(type) };
        _schemas[name] = schema;
        var shape = BuiltinSchemas.Of(type);
        var properties = new JsonObject();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } field) continue;
            var value = type == typeof(V1JSONSchemaProps) ? KeywordValue(property.PropertyType, group) : Value(property.PropertyType, group);
            if (TypeDescriptions.Of(property) is { Length: > 0 } text) value["description"] = text;
            if (shape.Properties.GetValueOrDefault(field) is { Type: "array" } list) MarkList(value, list);
            properties[field] = value;
        }
        schema["properties"] = properties;
        if (shape.Required.Count > 0) schema["required"] = ResourceLists.Strings(shape.Required);
        if (shape.AtomicMap) schema["x-kubernetes-map-type"] = "atomic";
    }

    private JsonObject KeywordValue(Type type, string group) =>
        type == typeof(object) ? AnyJson() : type == typeof(IList<object>) ? new() { ["type"] = "array", ["items"] = AnyJson() } : Value(type, group);

    /// <summary>What a schema says of values (defaults, enums) may be of any type; clients that validate must not take it for an object.</summary>
    private JsonObject AnyJson()
    {
        const string name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";
        _schemas.TryAdd(name, new JsonObject { ["description"] = "JSON represents any valid JSON value. These types are supported: bool, int64, float64, string, []interface{}, map[string]interface{} and nil." });
        return new() { ["allOf"] = new JsonArray(Reference(name)) };
    }

    private static void MarkList(JsonObject value, StructuralSchema list)
    {
        value["x-kubernetes-list-type"] = list.ListKind switch { ListKind.Map => "map", ListKind.Set => "set", _ => "atomic" };
        if (list.ListKind == ListKind.Map) value["x-kubernetes-list-map-keys"] = ResourceLists.Strings(list.ListMapKeys);
        if (!list.PatchMerges) return;
        value["x-kubernetes-patch-strategy"] = list.PatchMergeKey == "name" && list.Items?.Properties.ContainsKey("emptyDir") == true ? "merge,retainKeys" : "merge";
        if (list.PatchMergeKey is { } key) value["x-kubernetes-patch-merge-key"] = key;
    }

    private JsonObject Value(Type type, string group)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return new() { ["type"] = "string" };
        if (type == typeof(bool)) return new() { ["type"] = "boolean" };
        if (type == typeof(int)) return new() { ["type"] = "integer", ["format"] = "int32" };
        if (type == typeof(long)) return new() { ["type"] = "integer", ["format"] = "int64" };
        if (type == typeof(double)) return new() { ["type"] = "number", ["format"] = "double" };
        if (type == typeof(DateTime)) return new() { ["allOf"] = new JsonArray(Reference(Meta + "Time")) };
        if (type == typeof(byte[])) return new() { ["type"] = "string", ["format"] = "byte" };
        if (type == typeof(IntOrString)) return new() { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }), ["format"] = "int-or-string" };
        if (type == typeof(ResourceQuantity)) return new() { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "number" }) };
        if (type == typeof(object)) return new() { ["type"] = "object" };
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var arguments = type.GetGenericArguments();
            return arguments.Length == 2
                ? new() { ["type"] = "object", ["additionalProperties"] = Value(arguments[1], group) }
                : new() { ["type"] = "array", ["items"] = Value(arguments[0], group) };
        }
        AddType(type, group);
        return new() { ["allOf"] = new JsonArray(Reference(TypeName(type, group))) };
    }

    private static string TypeName(Type type, string group)
    {
        var name = type.Name;
        foreach (var prefix in (string[])["V1", "Corev1", "Eventsv1"])
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length) name = name[prefix.Length..];
        if (name is "ObjectMeta" or "ListMeta" or "OwnerReference" or "ManagedFieldsEntry" or "LabelSelector" or "LabelSelectorRequirement" or "Status" or "StatusCause" or "StatusDetails"
            or "DeleteOptions" or "Preconditions" or "ShardInfo" or "Condition" or "FieldSelectorRequirement")
            return Meta + name;
        if (name.StartsWith("CustomResource", StringComparison.Ordinal) || name is "JSONSchemaProps" or "ValidationRule" or "SelectableField" or "ExternalDocumentation" or "WebhookConversion" || group == "apiextensions.k8s.io")
            return "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1." + name;
        var own = group switch { "" => "core", _ => group.Split('.')[0] };
        var batch = name.StartsWith("Job", StringComparison.Ordinal) || name.StartsWith("PodFailurePolicy", StringComparison.Ordinal) || name.StartsWith("SuccessPolicy", StringComparison.Ordinal) || name == "UncountedTerminatedPods";
        return $"io.k8s.api.{(group == "batch" && !batch ? "core" : own)}.v1.{name}";
    }

    private static JsonArray Selectable(ResourceDefinition resource) =>
        new([.. resource.SelectableFields.Select(f => (JsonNode)new JsonObject { ["fieldPath"] = f })]);

    private static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private static JsonObject Described(string type, string text) => new() { ["type"] = type, ["description"] = text };

    private static JsonObject Embedded(string name, string text) => new() { ["allOf"] = new JsonArray(Reference(name)), ["description"] = text };

    private static JsonArray Kinds(ResourceDefinition resource, string kind) =>
        new(new JsonObject { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = kind });
}
