using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Platform.Data.Sources;

/// <summary>
/// A table of RFC 4180 in UTF-8 whose first record names the columns. Every value is a string; what a format needs as a list or
/// an object stands in its cell as JSON. Empty lines are no rows.
/// </summary>
/// <param name="separator">Between fields: a comma or a tab.</param>
public sealed class CsvSource(Stream content, char separator) : IRowSource
{
    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var window = new SlidingWindow(content, maxRowBytes);
        var record = new CsvRecord((byte)separator);
        using var row = new JsonRow();
        JsonEncodedText[]? columns = null;
        var line = 1L;
        await window.StartAsync(cancellation);
        while (window.Content.Length > 0 || !window.AtEnd)
        {
            var found = record.Scan(window.Content.Span, window.AtEnd, out var length);
            if (found == CsvRecord.Result.Unfinished)
            {
                if (await window.GrowAsync(cancellation)) continue;
                yield return SourceRow.Broken(line, $"the record that starts in this line has more than {maxRowBytes} bytes; is a quote not closed? Nothing after it was read");
                yield break;
            }

            if (Fault(found) is { } fault)
            {
                yield return SourceRow.Broken(line, fault + "; nothing after it was read");
                yield break;
            }

            var bytes = window.Content[..length];
            if (!IsEmpty(record, bytes.Span))
            {
                if (columns is not null) yield return Row(line, record, bytes, columns, row);
                else if (Header(record, bytes.Span, out columns) is { } wrong)
                {
                    yield return SourceRow.Broken(line, wrong);
                    yield break;
                }
            }

            line += bytes.Span.Count((byte)'\n');
            window.Consume(length);
        }
    }

    private static string? Fault(CsvRecord.Result found) => found switch
    {
        CsvRecord.Result.TextBehindQuote => "text follows the closing quote of a field; expected a separator or a line end, with quotes inside a field doubled",
        CsvRecord.Result.OpenQuote => "the record that starts in this line has a quote that is never closed",
        _ => null,
    };

    private static bool IsEmpty(CsvRecord record, ReadOnlySpan<byte> bytes) => record.FieldCount == 1 && bytes.TrimEnd("\r\n"u8).IsEmpty;

    private static string? Header(CsvRecord record, ReadOnlySpan<byte> bytes, out JsonEncodedText[] columns)
    {
        columns = [];
        if (!Utf8.IsValid(bytes)) return "the header is not valid UTF-8; convert the file to UTF-8";
        var names = record.Texts(bytes);
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice) return $"the header names the column '{twice.Key}' {twice.Count()} times; expected every name once";
        columns = [.. names.Select(name => JsonEncodedText.Encode(name))];
        return null;
    }

    private static SourceRow Row(long line, CsvRecord record, ReadOnlyMemory<byte> bytes, JsonEncodedText[] columns, JsonRow row)
    {
        if (record.FieldCount != columns.Length) return SourceRow.Broken(line, $"the record has {record.FieldCount} fields; the header names {columns.Length} columns");
        if (!Utf8.IsValid(bytes.Span)) return SourceRow.Broken(line, "the record is not valid UTF-8; convert the file to UTF-8");
        return new SourceRow(line, row.Write(writer =>
        {
            for (var field = 0; field < columns.Length; field++) writer.WriteString(columns[field], record.Text(bytes.Span, field));
        }));
    }
}
