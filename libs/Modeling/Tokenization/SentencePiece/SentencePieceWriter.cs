using System.Buffers.Binary;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>Writes a <c>tokenizer.model</c> as <c>sentencepiece_model.proto</c> has it, for <see cref="SentencePieceFile"/> and the original.</summary>
internal static class SentencePieceWriter
{
    private const int BytePairType = 2;

    /// <summary>A BPE model with byte fallback that keeps white space as it is.</summary>
    public static byte[] BytePair(IReadOnlyList<(string Piece, float Score, PieceType Type)> pieces)
    {
        using var model = new MemoryStream();
        foreach (var (piece, score, type) in pieces)
        {
            Message(model, 1, content =>
            {
                Bytes(content, 1, System.Text.Encoding.UTF8.GetBytes(piece));
                Float(content, 2, score);
                if (type != PieceType.Normal) Integer(content, 3, (ulong)type);
            });
        }

        Message(model, 2, trainer =>
        {
            Integer(trainer, 3, BytePairType);
            Integer(trainer, 4, (ulong)pieces.Count);      // vocab_size
            Integer(trainer, 35, 1);                       // byte_fallback
        });
        Message(model, 3, normalizer =>
        {
            Bytes(normalizer, 1, "identity"u8);
            Integer(normalizer, 3, 1);                     // add_dummy_prefix
            Integer(normalizer, 4, 0);                     // remove_extra_whitespaces
            Integer(normalizer, 5, 1);                     // escape_whitespaces
        });
        return model.ToArray();
    }

    private static void Message(Stream target, int field, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        Bytes(target, field, content.ToArray());
    }

    private static void Bytes(Stream target, int field, ReadOnlySpan<byte> content)
    {
        Varint(target, (ulong)field << 3 | 2);
        Varint(target, (ulong)content.Length);
        target.Write(content);
    }

    private static void Float(Stream target, int field, float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        Varint(target, (ulong)field << 3 | 5);
        target.Write(bytes);
    }

    private static void Integer(Stream target, int field, ulong value)
    {
        Varint(target, (ulong)field << 3);
        Varint(target, value);
    }

    private static void Varint(Stream target, ulong value)
    {
        for (; value >= 0x80; value >>= 7) target.WriteByte((byte)(value | 0x80));
        target.WriteByte((byte)value);
    }
}
