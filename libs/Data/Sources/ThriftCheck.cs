namespace Platform.Data.Sources;

/// <summary>
/// Walks through a structure in Thrift's compact protocol and makes sure that it is what <see cref="ThriftGrammar"/> says. The
/// Parquet library trusts its input: a footer with one wrong byte can keep it in a loop for ever.
/// </summary>
internal ref struct ThriftCheck(ReadOnlySpan<byte> data)
{
    private const int DeepestNesting = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position, _depth;

    /// <summary>The i32 fields 2 and 3 of the outermost structure: a page's sizes, unpacked and packed.</summary>
    public (long Unpacked, long Packed) PageSizes { get; private set; }

    /// <summary>The bytes of the structure.</summary>
    /// <exception cref="InvalidDataException">It is not what the grammar says.</exception>
    public int Check(string structure)
    {
        Structure(structure);
        return _position;
    }

    private void Structure(string? name)
    {
        if (++_depth > DeepestNesting) throw Damage("is nested too deep");
        var field = 0;
        for (var header = Byte(); header != 0; header = Byte())
        {
            var delta = header >> 4;
            field = delta > 0 ? field + delta : checked((int)Signed());
            Value(header & 0xF, ThriftGrammar.TypeOf(name, field), inList: false, outermost: _depth == 1 ? field : 0);
        }

        _depth--;
    }

    private void Value(int wire, string? type, bool inList, int outermost = 0)
    {
        if (type is not null && wire != Wire(type) && !(type == "b" && wire is 1 or 2)) throw Damage($"has wire type {wire} where {type} belongs");
        switch (wire)
        {
            case 1 or 2:
                if (inList) Byte();
                break;
            case 3:
                Byte();
                break;
            case 4 or 5 or 6:
                var number = Signed();
                if (wire != 6 && number != (int)number) throw Damage("has a number too large for its type");
                if (outermost == 2) PageSizes = (number, PageSizes.Packed);
                if (outermost == 3) PageSizes = (PageSizes.Unpacked, number);
                break;
            case 7:
                Skip(sizeof(double));
                break;
            case 8:
                Skip(Length());
                break;
            case 9 or 10:
                Elements(type);
                break;
            case 11 when type is null:
                Pairs();
                break;
            case 12:
                Structure(type);
                break;
            default:
                throw Damage($"has the unknown wire type {wire}");
        }
    }

    private void Elements(string? type)
    {
        var header = Byte();
        var count = header >> 4 == 15 ? Length() : header >> 4;
        for (var i = 0; i < count; i++) Value(header & 0xF, type?[1..^1], inList: true);
    }

    private void Pairs()
    {
        var count = Length();
        var types = count > 0 ? Byte() : 0;
        for (var i = 0; i < count; i++)
        {
            Value(types >> 4, null, inList: true);
            Value(types & 0xF, null, inList: true);
        }
    }

    private static int Wire(string type) => type switch
    {
        "b" => 1,
        "y" => 3,
        "h" => 4,
        "i" => 5,
        "l" => 6,
        "d" => 7,
        "s" => 8,
        _ => type[0] == '[' ? 9 : 12,
    };

    // Every element has at least one byte, so no count can exceed what is left.
    private int Length()
    {
        var length = Unsigned();
        return length <= (ulong)(_data.Length - _position) ? (int)length : throw Damage($"claims {length} bytes or elements where {_data.Length - _position} bytes are left");
    }

    private long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw Damage("has a number of more than 64 bits");
    }

    private int Byte() => _position < _data.Length ? _data[_position++] : throw Damage("ends too early");

    private void Skip(int bytes)
    {
        if (bytes > _data.Length - _position) throw Damage("ends too early");
        _position += bytes;
    }

    private readonly InvalidDataException Damage(string what) => new($"its metadata {what}, at byte {_position}");
}
