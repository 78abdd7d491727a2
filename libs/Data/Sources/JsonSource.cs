using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Platform.Data.Sources;

/// <summary>One JSON file: an array of rows, or an object with one array, whose elements are the rows.</summary>
public sealed class JsonSource(Stream content) : IRowSource
{
    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var window = new SlidingWindow(content, maxRowBytes);
        var scan = new JsonRowScan();
        await window.StartAsync(cancellation);
        if (window.AtEnd && window.Content.IsEmpty) yield break;
        while (true)
        {
            var found = scan.Next(window.Content.Span, window.AtEnd, out var row, out var consumed);
            if (found == JsonRowScan.Result.Row) yield return new SourceRow(scan.Rows, window.Content[row]);
            window.Consume(consumed);
            switch (found)
            {
                case JsonRowScan.Result.End:
                    yield break;
                case JsonRowScan.Result.Damaged:
                    yield return SourceRow.Broken(scan.Rows + 1, scan.Problem + "; nothing after it was read");
                    yield break;
                case JsonRowScan.Result.Unfinished when !await window.GrowAsync(cancellation):
                    yield return SourceRow.Broken(scan.Rows + 1, $"the row has more than {maxRowBytes} bytes; nothing after it was read");
                    yield break;
                default:
                    break;
            }
        }
    }
}
