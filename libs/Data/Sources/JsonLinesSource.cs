using System.Runtime.CompilerServices;

namespace Platform.Data.Sources;

/// <summary>One JSON value per line. Blank lines are problems unless nothing follows them.</summary>
public sealed class JsonLinesSource(Stream content) : IRowSource
{
    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var blankLines = new Queue<long>();
        await foreach (var line in SourceLines.ReadAsync(content, maxRowBytes, cancellation))
        {
            if (line.IsBlank)
            {
                blankLines.Enqueue(line.Number);
                continue;
            }

            while (blankLines.TryDequeue(out var number)) yield return SourceRow.Broken(number, "the line is blank; expected a JSON object");
            yield return line.Oversize
                ? SourceRow.Broken(line.Number, $"the line has {line.Length} bytes; expected at most {maxRowBytes}")
                : new SourceRow(line.Number, line.Bytes);
        }
    }
}
