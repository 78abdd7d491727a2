using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Cel;

/// <summary>
/// As much type checking as finds the usual mistakes when a definition is created: fields that the schema does not have, operators on
/// types they do not go with, a result of the wrong type. What it cannot tell it lets pass.
/// </summary>
internal static class CelTypes
{
    /// <summary>The type of the value ("string", "integer", "number", "boolean", "object", "array"), null when it cannot be told.</summary>
    public static string? Infer(CelExpression expression, JsonObject self) => TypeOf(Shape(expression, self));

    private static string? TypeOf(JsonObject? shape) => shape is null || shape.Flag("x-kubernetes-int-or-string") == true ? null : shape.Text("type");

    private static JsonObject? Shape(CelExpression? expression, JsonObject self)
    {
        CelParser.EnsureStack();
        switch (expression)
        {
            case Identifier { Name: "self" or "oldSelf" }:
                return self;
            case Literal literal:
                return literal.Value switch { string => Simple("string"), long => Simple("integer"), double => Simple("number"), bool => Simple("boolean"), _ => null };
            case Select { Optional: false } select when Shape(select.Operand, self) is { } operand:
                return Field(operand, CelEvaluator.Unescape(select.Field));
            case IndexAt { Optional: false } index when Shape(index.Operand, self) is { } operand:
                return operand.Map("items") ?? operand.Map("additionalProperties");
            case Call call:
                return CallShape(call, self);
            case ListOf list:
                foreach (var item in list.Items) Shape(item, self);
                return Simple("array");
            default:
                return null;
        }
    }

    private static JsonObject? Field(JsonObject operand, string name)
    {
        // At the root these are typed by the server, whatever the schema says of them.
        if (name is "metadata" or "apiVersion" or "kind") return null;
        if (operand.Map("properties", name) is { } field) return field;
        if (operand.Map("additionalProperties") is { } value) return value;
        var known = operand.Text("type") == "object" && operand.Flag("x-kubernetes-preserve-unknown-fields") != true && operand.Flag("x-kubernetes-embedded-resource") != true;
        if (!known) return null;
        if (operand["properties"] is null && operand.Count <= 1) return null;
        throw new CelException($"undefined field '{name}'");
    }

    private static JsonObject? CallShape(Call call, JsonObject self)
    {
        var macro = call.Target is not null && call.Arguments is [Identifier, ..];
        var shapes = macro ? [] : call.Arguments.Select(a => Shape(a, self)).ToList();
        if (call.Target is not null) Shape(call.Target, self);
        switch (call.Function)
        {
            case "_+_" or "_-_" or "_*_" or "_/_" or "_%_":
                var (left, right) = (TypeOf(shapes[0]), TypeOf(shapes[1]));
                if (left is not null && right is not null && left != right)
                    throw new CelException($"found no matching overload for '{call.Function}' applied to '({left}, {right})'");
                return left is null ? null : Simple(left);
            case "_&&_" or "_||_" or "!_" or "_==_" or "_!=_" or "_<_" or "_<=_" or "_>_" or "_>=_" or "_in_" or "has" or "all" or "exists" or "exists_one" or "startsWith" or "endsWith"
                or "contains" or "matches" or "hasValue":
                if (call.Function is "_&&_" or "_||_" && shapes.Select(TypeOf).FirstOrDefault(t => t is not (null or "boolean")) is { } wrong)
                    throw new CelException($"found no matching overload for '{call.Function}' applied to '{wrong}'");
                return Simple("boolean");
            case "size" or "int":
                return Simple("integer");
            case "string" or "format" or "lowerAscii" or "upperAscii" or "join" or "trim" or "replace" or "substring":
                return Simple("string");
            case "double":
                return Simple("number");
            case "_?_:_":
                return shapes[1] ?? shapes[2];
            default:
                return null;
        }
    }

    private static JsonObject Simple(string type) => new() { ["type"] = type };
}
