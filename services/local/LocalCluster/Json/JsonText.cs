using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Json;

/// <summary>
/// Reads and writes JSON as the API does: integers stay integers (long), other numbers become double, and a repeated key
/// is reported rather than refused, because whether it is an error depends on the request's fieldValidation.
/// </summary>
public static class JsonText
{
    /// <summary>Deeper documents of clients are refused; the deepest useful object (a CRD schema) stays below 100.</summary>
    public const int MaxDepth = 256;

    /// <summary>What the server itself writes may be deeper: managedFields repeats an object's structure a few levels down.</summary>
    private const int MaxStoredDepth = 1000;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxStoredDepth };
    private static readonly JsonWriterOptions Indented = Compact with { Indented = true };

    /// <summary>The document; throws <see cref="JsonException"/> when it is not JSON or has something after its end.</summary>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, List<string>? duplicates = null, int maxDepth = MaxStoredDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        var node = ReadValue(ref reader, "", duplicates);
        if (reader.Read()) throw new JsonException("unexpected data after the top-level value");
        return node;
    }

    public static byte[] Write(JsonNode? node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(node, buffer, indented);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(JsonNode? node, IBufferWriter<byte> output, bool indented = false)
    {
        using var writer = new Utf8JsonWriter(output, indented ? Indented : Compact);
        if (node is null) writer.WriteNullValue();
        else node.WriteTo(writer);
    }

    /// <summary>The value as compact JSON text, keys sorted: how Go prints a map in a message.</summary>
    public static string Sorted(JsonNode? node) => System.Text.Encoding.UTF8.GetString(Write(JsonTree.SortKeys(node)));

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, string path, List<string>? duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = ReadString(ref reader);
                    var child = path.Length == 0 ? key : $"{path}.{key}";
                    if (map.ContainsKey(key) && duplicates is not null && !duplicates.Contains(child)) duplicates.Add(child);
                    reader.Read();
                    map[key] = ReadValue(ref reader, child, duplicates);
                }
                return map;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Add(ReadValue(ref reader, duplicates is null ? "" : $"{path}[{list.Count}]", duplicates));
                return list;
            case JsonTokenType.String:
                return JsonValue.Create(ReadString(ref reader));
            case JsonTokenType.Number:
                if (reader.TryGetInt64(out var integer)) return JsonValue.Create(integer);
                var number = reader.GetDouble();
                return double.IsFinite(number) ? JsonValue.Create(number) : throw new JsonException("number out of range");
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }

    private static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException invalid) // a lone surrogate or invalid UTF-8
        {
            throw new JsonException(invalid.Message, invalid);
        }
    }
}
