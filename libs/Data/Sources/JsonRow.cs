using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Data.Sources;

/// <summary>The buffer in which a source writes one row after the other as JSON.</summary>
internal sealed class JsonRow : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _writer;

    public JsonRow() => _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>An object with the properties that are written; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> properties)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        properties(_writer);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenMemory;
    }

    public void Dispose() => _writer.Dispose();
}
