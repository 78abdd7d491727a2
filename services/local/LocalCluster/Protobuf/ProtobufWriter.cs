using System.Buffers;
using System.Text;

namespace Platform.LocalCluster.Protobuf;

/// <summary>The fields of one protobuf message, in the order they are added. What has its default value (nothing, false, zero) is left out.</summary>
internal sealed class ProtobufWriter
{
    private const int LengthDelimited = 2;
    private const int Fixed64 = 1;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Text(int field, string? text)
    {
        if (!string.IsNullOrEmpty(text)) Bytes(field, Encoding.UTF8.GetBytes(text));
    }

    public void Flag(int field, bool? flag)
    {
        if (flag == true) Number(field, 1);
    }

    public void Number(int field, long? number)
    {
        if (number is null or 0) return;
        Varint((uint)field << 3);
        Varint(unchecked((ulong)number.Value));
    }

    public void Real(int field, double? number)
    {
        if (number is null or 0) return;
        Varint(((uint)field << 3) | Fixed64);
        System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(8), number.Value);
        _bytes.Advance(8);
    }

    /// <summary>A message within this one; an empty one is written too, because its being there may be what counts.</summary>
    public void Message(int field, Action<ProtobufWriter> fill)
    {
        var inner = new ProtobufWriter();
        fill(inner);
        Bytes(field, inner.Written);
    }

    private void Bytes(int field, ReadOnlySpan<byte> content)
    {
        Varint(((uint)field << 3) | LengthDelimited);
        Varint((ulong)content.Length);
        _bytes.Write(content);
    }

    private void Varint(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
