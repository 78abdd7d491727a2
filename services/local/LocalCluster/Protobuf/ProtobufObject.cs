using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Protobuf;

/// <summary>
/// Reads the protobuf bodies that kubectl sends when it creates the simple built-ins. The wire has field numbers only, so what can be
/// read is what <see cref="ProtobufSchemas"/> names; everything else is refused as an unknown media type, never guessed.
/// </summary>
public static class ProtobufObject
{
    private const int MaxDepth = 64;
    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The object; null when its kind is not known here. Throws <see cref="FormatException"/> when the bytes are damaged.</summary>
    public static JsonObject? Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic)) throw new FormatException("the body does not start with the protobuf marker");
        var envelope = Message(body[Magic.Length..], ProtobufSchemas.Envelope, 0) ?? throw new FormatException("the envelope is not known");
        var (apiVersion, kind) = (envelope["typeMeta"]?["apiVersion"]?.GetValue<string>() ?? "", envelope["typeMeta"]?["kind"]?.GetValue<string>() ?? "");
        if (!ProtobufSchemas.Kinds.TryGetValue((apiVersion, kind), out var fields)) return null;
        var raw = Convert.FromBase64String(envelope["raw"]?.GetValue<string>() ?? "");
        if (Message(raw, fields, 0) is not { } obj) return null;
        (obj["apiVersion"], obj["kind"]) = (apiVersion, kind);
        return obj;
    }

    private static JsonObject? Message(ReadOnlySpan<byte> bytes, ProtobufMessage message, int depth)
    {
        if (depth > MaxDepth) throw new FormatException("the message is nested too deeply");
        var result = new JsonObject();
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            ReadOnlySpan<byte> content = default;
            ulong number = 0;
            switch (tag & 7)
            {
                case 0:
                    number = Varint(ref bytes);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8));
                    break;
                case 2:
                    content = Take(ref bytes, Varint(ref bytes));
                    break;
                case 5:
                    number = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4));
                    break;
                default:
                    throw new FormatException("unknown wire type");
            }
            if (!message.Fields.TryGetValue((int)(tag >> 3), out var field))
            {
                if (content.Length == 0 && number == 0) continue; // an empty field of no name carries nothing
                return null;
            }
            if (!Set(result, field, content, number, depth)) return null;
        }
        return result;
    }

    private static bool Set(JsonObject result, ProtobufField field, ReadOnlySpan<byte> content, ulong number, int depth)
    {
        JsonNode? value;
        switch (field.Kind)
        {
            case ProtobufKind.Text:
                value = Encoding.UTF8.GetString(content);
                break;
            case ProtobufKind.Bytes:
                value = Convert.ToBase64String(content);
                break;
            case ProtobufKind.Number:
                value = unchecked((long)number);
                break;
            case ProtobufKind.Flag:
                value = number != 0;
                break;
            case ProtobufKind.TextMap or ProtobufKind.BytesMap:
                var entry = Message(content, field.Kind == ProtobufKind.TextMap ? ProtobufSchemas.TextEntry : ProtobufSchemas.BytesEntry, depth + 1)!;
                if (result[field.Name] is not JsonObject map) result[field.Name] = map = [];
                map[entry["key"]?.GetValue<string>() ?? ""] = entry["value"]?.DeepClone() ?? "";
                return true;
            case ProtobufKind.Time:
                var time = Message(content, ProtobufSchemas.Time, depth + 1);
                if (time?["seconds"]?.GetValue<long>() is not { } seconds) return true;
                if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) throw new FormatException("a time is out of range");
                value = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
                break;
            default:
                if (Message(content, field.Message!, depth + 1) is not { } inner) return false;
                value = inner;
                break;
        }
        if (!field.Repeated)
        {
            result[field.Name] = value;
            return true;
        }
        if (result[field.Name] is not JsonArray list) result[field.Name] = list = [];
        list.Add(value);
        return true;
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> bytes, ulong length)
    {
        if (length > (ulong)bytes.Length) throw new FormatException("the message ends too early");
        var taken = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return taken;
    }

    private static ulong Varint(scoped ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (bytes.Length == 0) throw new FormatException("the message ends too early");
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        throw new FormatException("a number is too long");
    }
}
