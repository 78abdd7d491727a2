using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Platform.Data.Sources;

/// <summary>Plain text: a row with the field <c>text</c> per line, or per paragraph, which blank lines end. Blank lines are no rows.</summary>
public sealed class TextSource(Stream content, bool paragraphs) : IRowSource
{
    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var row = new JsonRow();
        var paragraph = new MemoryStream();
        var (first, tooLong) = (0L, false);
        await foreach (var line in SourceLines.ReadAsync(content, maxRowBytes, cancellation))
        {
            if (!line.IsBlank)
            {
                if (first == 0) first = line.Number;
                tooLong |= line.Oversize || paragraph.Length + line.Length > maxRowBytes;
                if (tooLong) paragraph.SetLength(0);
                else
                {
                    if (paragraph.Length > 0) paragraph.WriteByte((byte)'\n');
                    paragraph.Write(line.Bytes.Span);
                }
            }

            if (first == 0 || (paragraphs && !line.IsBlank)) continue;
            yield return Row();
        }

        if (first != 0) yield return Row();

        SourceRow Row()
        {
            var (number, oversize, text) = (first, tooLong, paragraph.GetBuffer().AsMemory(0, (int)paragraph.Length));
            (first, tooLong) = (0, false);
            paragraph.SetLength(0);
            if (oversize) return SourceRow.Broken(number, $"the text has more than {maxRowBytes} bytes; break it up");
            return Utf8.IsValid(text.Span)
                ? new SourceRow(number, row.Write(writer => writer.WriteString("text", text.Span)))
                : SourceRow.Broken(number, "the text is not valid UTF-8; convert the file to UTF-8");
        }
    }
}
