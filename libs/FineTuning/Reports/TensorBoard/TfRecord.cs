using System.Buffers.Binary;

namespace Platform.FineTuning.Reports.TensorBoard;

/// <summary>The framing of TensorFlow's record files: length, its checksum, the data, its checksum; all little-endian.</summary>
internal static class TfRecord
{
    private const uint MaskDelta = 0xA282EAD8;

    public static void Write(Stream output, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Masked(head[..8]));
        Span<byte> tail = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Masked(data));
        output.Write(head);
        output.Write(data);
        output.Write(tail);
    }

    /// <summary>CRC-32C, turned and shifted so that a checksum of data that holds checksums stays one.</summary>
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data) crc = System.Numerics.BitOperations.Crc32C(crc, value);
        return System.Numerics.BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
