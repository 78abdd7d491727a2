using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Patching;

/// <summary>JSON patch (RFC 6902). All operations or none; the caller gives a tree that may be spoilt.</summary>
public static class JsonPatch
{
    /// <summary>An operation that cannot be carried out (a failed test, a path that leads nowhere).</summary>
    public sealed class FailedException(string message) : Exception(message);

    /// <summary>The copies of a patch together are larger than any object: each can double what is there.</summary>
    public sealed class TooLargeException() : Exception($"the copies take more than {MostCopied} bytes");

    /// <summary>Bytes; as in a real server, what a request may hold.</summary>
    public const long MostCopied = 3 * 1024 * 1024;

    public static JsonNode? Apply(JsonNode? target, JsonArray operations)
    {
        long copied = 0;
        foreach (var operation in operations)
        {
            var path = Parse(operation.Text("path") ?? throw new FailedException("operation without path"));
            switch (operation.Text("op"))
            {
                case "add":
                    target = Add(target, path, Value(operation));
                    break;
                case "remove":
                    target = Remove(target, path);
                    break;
                case "replace":
                    Find(target, path);
                    target = path.Length == 0 ? Value(operation) : Replace(target, path, Value(operation));
                    break;
                case "move":
                    var from = Parse(operation.Text("from") ?? throw new FailedException("move without from"));
                    if (path.Length > from.Length && path.AsSpan(0, from.Length).SequenceEqual(from)) throw new FailedException("cannot move a value into itself");
                    var moved = Find(target, from); // which removing it makes free to be added
                    target = Add(Remove(target, from), path, moved);
                    break;
                case "copy":
                    var copy = Find(target, Parse(operation.Text("from") ?? throw new FailedException("copy without from")))?.DeepClone();
                    if ((copied += JsonText.Write(copy).Length) > MostCopied) throw new TooLargeException();
                    target = Add(target, path, copy);
                    break;
                case "test":
                    if (!JsonTree.Same(FindOrNull(target, path), operation.At("value"))) throw new FailedException($"testing value {operation.Text("path")} failed");
                    break;
                default:
                    throw new FailedException($"unexpected kind: {operation.Text("op")}");
            }
        }
        return target;
    }

    private static JsonNode? Value(JsonNode? operation) => operation is JsonObject map && map.ContainsKey("value")
        ? map["value"]?.DeepClone() : throw new FailedException("operation without value");

    private static string[] Parse(string pointer)
    {
        if (pointer.Length == 0) return [];
        if (pointer[0] != '/') throw new FailedException($"'{pointer}' is not a JSON pointer");
        return [.. pointer[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject map when map.TryGetPropertyValue(part, out var child) => child,
                JsonArray list => list[Index(list, part, list.Count - 1)],
                _ => throw new FailedException($"nothing at '{part}'"),
            };
        }
        return node;
    }

    private static JsonNode? FindOrNull(JsonNode? node, ReadOnlySpan<string> path) =>
        path.Length > 0 && Find(node, path[..^1]) is JsonObject map && !map.ContainsKey(path[^1]) ? null : Find(node, path);

    private static JsonNode? Add(JsonNode? target, string[] path, JsonNode? value)
    {
        if (path.Length == 0) return value;
        switch (Find(target, path.AsSpan()[..^1]))
        {
            case JsonObject map:
                map[path[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(path[^1] == "-" ? list.Count : Index(list, path[^1], list.Count), value);
                break;
            default:
                throw new FailedException($"nothing to add '{path[^1]}' to");
        }
        return target;
    }

    private static JsonNode? Replace(JsonNode? target, string[] path, JsonNode? value)
    {
        var parent = Find(target, path.AsSpan()[..^1]);
        if (parent is JsonArray list) list[Index(list, path[^1], list.Count - 1)] = value;
        else ((JsonObject)parent!)[path[^1]] = value;
        return target;
    }

    private static JsonNode? Remove(JsonNode? target, string[] path)
    {
        if (path.Length == 0) throw new FailedException("cannot remove the whole document");
        switch (Find(target, path.AsSpan()[..^1]))
        {
            case JsonObject map when map.Remove(path[^1]):
                return target;
            case JsonArray list:
                list.RemoveAt(Index(list, path[^1], list.Count - 1));
                return target;
            default:
                throw new FailedException($"nothing to remove at '{path[^1]}'");
        }
    }

    private static int Index(JsonArray list, string part, int last)
    {
        if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)) throw new FailedException($"'{part}' is not an index");
        if (index < 0) index += list.Count; // the library of a real server counts negative indexes from the end
        return index >= 0 && index <= last ? index : throw new FailedException($"index {part} is out of range");
    }
}
