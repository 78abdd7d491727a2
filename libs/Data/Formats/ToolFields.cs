using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Data.Formats;

/// <summary>
/// Reads tools and calls of tools into the one form chat templates take: every function inside
/// <c>{"type": "function", "function": {...}}</c>, arguments as objects. OpenAI writes arguments as text, others leave the outer object out.
/// </summary>
internal static class ToolFields
{
    /// <summary>What an assistant may call, as JSON; null when there is nothing, or after adding a problem.</summary>
    public static string? Tools(JsonElement row, ICollection<string> problems) =>
        Functions(row, "tools", "tools", "an array of functions with name and parameters", problems, (function, path) => Name(function, path, problems) is null ? null : function.DeepClone());

    /// <summary>What an assistant calls, as JSON; null when it calls nothing, or after adding a problem.</summary>
    public static string? Calls(JsonElement message, string path, ICollection<string> problems) =>
        Functions(message, "tool_calls", path, "an array of functions with name and arguments", problems, (function, place) => Call(function, place, problems));

    /// <summary>One call by name and arguments; null after adding a problem.</summary>
    public static string? Call(JsonElement value, string path, ICollection<string> problems) =>
        RowFields.Structured(value) is { ValueKind: JsonValueKind.Object } call && RowFields.IsText(call)
            ? Call(JsonObject.Create(call)!, path, problems) is { } function ? Text(new JsonArray(Wrapped(function, null))) : null
            : Refused(value, path, "an object with name and arguments", problems);

    private static string? Functions(
        JsonElement owner, string field, string path, string expected, ICollection<string> problems, Func<JsonObject, string, JsonNode?> read)
    {
        if (!owner.TryGetProperty(field, out var given) || given.ValueKind == JsonValueKind.Null) return null;
        var list = RowFields.Structured(given);
        if (!RowFields.IsText(list)) return Refused(given, path, $"{expected}, without half surrogate pairs", problems);
        if (list.ValueKind != JsonValueKind.Array) return RowFields.Text(given) is { } text && string.IsNullOrWhiteSpace(text) ? null : Refused(given, path, expected, problems);
        var before = problems.Count;
        var functions = new JsonArray();
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            var entry = RowFields.Structured(element);
            if (entry.ValueKind != JsonValueKind.Object) Refused(element, $"{path}[{index}]", "an object with a function", problems);
            else if (read(JsonObject.Create(entry.TryGetProperty("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : entry)!, $"{path}[{index}]") is { } function)
                functions.Add(Wrapped(function, entry.TryGetProperty("id", out var id) ? RowFields.Text(id) : null));
        }

        return problems.Count > before || functions.Count == 0 ? null : Text(functions);
    }

    private static JsonObject? Call(JsonObject function, string path, ICollection<string> problems)
    {
        if (Name(function, path, problems) is not { } name) return null;
        var arguments = function["arguments"] is { } given ? RowFields.Structured(JsonSerializer.SerializeToElement(given)) : JsonSerializer.SerializeToElement(new JsonObject());
        if (arguments.ValueKind == JsonValueKind.Object) return new JsonObject { ["name"] = name, ["arguments"] = JsonObject.Create(arguments) };
        Refused(arguments, $"{path}.arguments", "an object, or an object as text", problems);
        return null;
    }

    private static string? Name(JsonObject function, string path, ICollection<string> problems)
    {
        if (function["name"] is JsonValue value && value.TryGetValue<string>(out var name) && !string.IsNullOrWhiteSpace(name)) return name;
        problems.Add($"{path} has no name; expected a function with name");
        return null;
    }

    private static JsonObject Wrapped(JsonNode function, string? id)
    {
        var wrapped = new JsonObject { ["type"] = "function", ["function"] = function };
        if (id is not null) wrapped.Insert(0, "id", id);
        return wrapped;
    }

    private static string? Refused(JsonElement value, string path, string expected, ICollection<string> problems)
    {
        problems.Add($"{path} is {RowFields.Shown(value)}; expected {expected}");
        return null;
    }

    private static string Text(JsonNode node) => node.ToJsonString(CanonicalRow.Serialization);
}
