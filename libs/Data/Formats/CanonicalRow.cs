using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A row as its one JSON line: fixed field order, no spaces, no escapes but the necessary ones, no line end.</summary>
public static class CanonicalRow
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How parts of a row that are JSON themselves are written.</summary>
    internal static readonly JsonSerializerOptions Serialization = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(IRow row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options)) row.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
