using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Platform.LocalCluster.Schema;

/// <summary>Schemas of the built-in kinds, made from the client library's types, with what those types do not say from <see cref="ListMarkers"/>.</summary>
public static class BuiltinSchemas
{
    private static readonly ConcurrentDictionary<Type, StructuralSchema> Known = new();

    public static StructuralSchema ObjectMeta => Of(typeof(V1ObjectMeta));

    public static StructuralSchema Of(Type type)
    {
        if (Known.TryGetValue(type, out var known)) return known;
        lock (Known) return Build(type, []);
    }

    /// <summary>Recursive types (a JSON schema contains JSON schemas) refer to the one being built.</summary>
    private static StructuralSchema Build(Type type, Dictionary<Type, StructuralSchema> building)
    {
        if (Known.TryGetValue(type, out var known) || building.TryGetValue(type, out known)) return known;
        var schema = new StructuralSchema { Type = "object", AtomicMap = ListMarkers.AtomicMaps.Contains(type) };
        building[type] = schema;
        schema.Required = ListMarkers.Required(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } name) continue;
            var field = Value(property.PropertyType, building);
            if (field.Type == "array") ListMarkers.Mark(type, name, field);
            schema.Properties[name] = field;
        }
        building.Remove(type);
        if (building.Count == 0) Known[type] = schema;
        return schema;
    }

    private static StructuralSchema Value(Type type, Dictionary<Type, StructuralSchema> building)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return new() { Type = "string" };
        if (type == typeof(bool)) return new() { Type = "boolean" };
        if (type == typeof(int)) return new() { Type = "integer", Format = "int32" };
        if (type == typeof(long)) return new() { Type = "integer", Format = "int64" };
        if (type == typeof(double)) return new() { Type = "number", Format = "double" };
        if (type == typeof(DateTime)) return new() { Type = "string", Format = "date-time" };
        if (type == typeof(byte[])) return new() { Type = "string", Format = "byte" };
        if (type == typeof(IntOrString)) return new() { IntOrString = true };
        if (type == typeof(ResourceQuantity)) return new() { IntOrString = true, Format = "quantity" };
        if (type == typeof(object)) return new() { PreserveUnknownFields = true };
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var arguments = type.GetGenericArguments();
            return arguments.Length == 2
                ? new() { Type = "object", AdditionalProperties = Value(arguments[1], building) }
                : new() { Type = "array", Items = Value(arguments[0], building) };
        }
        return Build(type, building);
    }
}
