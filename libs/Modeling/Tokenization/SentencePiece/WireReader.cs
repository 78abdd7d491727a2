using System.Buffers.Binary;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>Walks over the fields of one protocol-buffer message (https://protobuf.dev/programming-guides/encoding).</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message, string name)
{
    private static readonly System.Text.UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private int _wireType;

    /// <summary>The number of the field that the last <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; its value must be read or skipped before the next call.</summary>
    public bool Next()
    {
        if (_position == _message.Length) return false;
        var tag = Varint();
        (Field, _wireType) = ((int)Math.Min(tag >> 3, int.MaxValue), (int)(tag & 7));
        return Field > 0 ? true : throw Broken("a field numbered 0");
    }

    public long Integer()
    {
        Expect(0);
        return (long)Varint();
    }

    public bool Flag() => Integer() != 0;

    public float Float()
    {
        Expect(5);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        var length = Varint();
        return length <= (ulong)(_message.Length - _position) ? Take((int)length) : throw Broken($"a field of {length} bytes");
    }

    public string Text()
    {
        try
        {
            return Strict.GetString(Bytes());
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw Broken("a text that is no UTF-8");
        }
    }

    public void Skip()
    {
        switch (_wireType)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Broken($"wire type {_wireType}");
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Broken("an integer of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _message.Length - _position) throw Broken($"{_message.Length - _position} bytes where {count} are needed");
        _position += count;
        return _message.Slice(_position - count, count);
    }

    private readonly void Expect(int wireType)
    {
        if (_wireType != wireType) throw Broken($"wire type {_wireType} where {wireType} is expected");
    }

    private readonly InvalidDataException Broken(string what) =>
        new($"tokenizer.model is damaged: {name} has {what} in field {Field}, before byte {_position} of {_message.Length}.");
}
