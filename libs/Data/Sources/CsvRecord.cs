using System.Text;

namespace Platform.Data.Sources;

/// <summary>Finds the fields of one record of RFC 4180: a quoted field may hold separators, line ends and doubled quotes.</summary>
/// <param name="separator">Between fields: a comma or a tab.</param>
internal sealed class CsvRecord(byte separator)
{
    private readonly List<Field> _fields = [];
    private byte[] _unquoted = [];

    /// <summary>Where a scan ended.</summary>
    public enum Result
    {
        /// <summary>The record does not end in the data.</summary>
        Unfinished,

        /// <summary>The record is whole.</summary>
        Whole,

        /// <summary>Something other than a separator follows a closing quote.</summary>
        TextBehindQuote,

        /// <summary>A quote is still open where the file ends.</summary>
        OpenQuote,
    }

    public int FieldCount => _fields.Count;

    /// <summary>Looks for one record at the start of the data.</summary>
    /// <param name="atEnd">Whether the file ends with the data.</param>
    /// <param name="length">The bytes of the record with its line end.</param>
    public Result Scan(ReadOnlySpan<byte> data, bool atEnd, out int length)
    {
        _fields.Clear();
        length = 0;
        while (true)
        {
            var start = length;
            if (length < data.Length && data[length] == '"')
            {
                var quoted = ScanQuoted(data, atEnd, ref length);
                if (quoted != Result.Whole) return quoted;
            }
            else
            {
                var field = data[start..].IndexOfAny(separator, (byte)'\n');
                if (field < 0 && !atEnd) return Result.Unfinished;
                length = field < 0 ? data.Length : start + field;
                var lineEnds = length > start && (length == data.Length || data[length] == '\n') && data[length - 1] == '\r';
                _fields.Add(new Field(start, length - start - (lineEnds ? 1 : 0), false));
            }

            if (length == data.Length) return Result.Whole;
            if (data[length++] == '\n') return Result.Whole;
        }
    }

    /// <summary>The bytes of a field, valid until the next field is asked for.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> record, int field)
    {
        var (start, length, doubled) = _fields[field];
        var text = record.Slice(start, length);
        if (!doubled) return text;
        if (_unquoted.Length < length) _unquoted = new byte[length];
        var written = 0;
        for (var quote = text.IndexOf("\"\""u8); quote >= 0; quote = text.IndexOf("\"\""u8))
        {
            text[..(quote + 1)].CopyTo(_unquoted.AsSpan(written));
            written += quote + 1;
            text = text[(quote + 2)..];
        }

        text.CopyTo(_unquoted.AsSpan(written));
        return _unquoted.AsSpan(0, written + text.Length);
    }

    /// <summary>The fields as text.</summary>
    public string[] Texts(ReadOnlySpan<byte> record)
    {
        var texts = new string[FieldCount];
        for (var field = 0; field < texts.Length; field++) texts[field] = Encoding.UTF8.GetString(Text(record, field));
        return texts;
    }

    private Result ScanQuoted(ReadOnlySpan<byte> data, bool atEnd, ref int length)
    {
        var (start, doubled) = (length + 1, false);
        for (var place = start; ; doubled = true)
        {
            var quote = data[place..].IndexOf((byte)'"');
            if (quote < 0) return atEnd ? Result.OpenQuote : Result.Unfinished;
            length = place + quote + 1;
            if (length >= data.Length - 1 && !atEnd) return Result.Unfinished; // what follows the quote, CR and LF, may come yet
            if (length < data.Length && data[length] == '"')
            {
                place = length + 1;
                continue;
            }

            _fields.Add(new Field(start, length - 1 - start, doubled));
            if (data[length..].StartsWith("\r\n"u8)) length++;
            return length == data.Length || data[length] == separator || data[length] == '\n' ? Result.Whole : Result.TextBehindQuote;
        }
    }

    private readonly record struct Field(int Start, int Length, bool HasDoubledQuotes);
}
