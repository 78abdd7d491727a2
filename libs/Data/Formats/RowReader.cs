using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Platform.Data.Sources;

namespace Platform.Data.Formats;

/// <summary>
/// Reads rows of one format, one in memory at a time. Bad rows are counted in <see cref="Report"/> and skipped. One reader
/// reads one source.
/// </summary>
/// <param name="maxRowBytes">Longer rows are bad; the format's own limit where it is not given.</param>
public sealed class RowReader(IRowFormat format, int? maxRowBytes = null)
{
    private readonly int _maxRowBytes = maxRowBytes ?? format.MaxRowBytes;

    /// <summary>Counts and problems so far; complete when the rows have been enumerated to the end.</summary>
    public RowReadReport Report { get; } = new();

    /// <summary>The good rows of JSON lines, in their order.</summary>
    public IAsyncEnumerable<IRow> ReadAsync(Stream jsonLines, CancellationToken cancellation = default) => ReadAsync(new JsonLinesSource(jsonLines), cancellation);

    /// <summary>The good rows in the order of the source.</summary>
    public async IAsyncEnumerable<IRow> ReadAsync(IRowSource source, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var row in source.ReadAsync(_maxRowBytes, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Read(row) is { } good) yield return good;
        }
    }

    private IRow? Read(SourceRow source)
    {
        List<string> problems = source.Problem is { } broken ? [broken] : [];
        if (problems.Count == 0 && Parse(source.Json, problems) is { } row && problems.Count == 0)
        {
            Report.CountGood();
            return row;
        }

        var reasons = string.Join("; ", problems);
        Report.Add(new RowProblem(source.Number, source.File is null ? reasons : $"{source.File}: {reasons}"));
        return null;
    }

    private IRow? Parse(ReadOnlyMemory<byte> json, List<string> problems)
    {
        if (json.Length > _maxRowBytes)
        {
            problems.Add($"the row has {json.Length} bytes as JSON; expected at most {_maxRowBytes}");
            return null;
        }

        if (!Utf8.IsValid(json.Span))
        {
            problems.Add($"the line is not valid UTF-8 at byte {FirstInvalidByte(json.Span) + 1}; expected UTF-8 text");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, RowFields.Strict);
            return format.Read(document.RootElement, problems);
        }
        catch (JsonException broken)
        {
            problems.Add($"the line is not valid JSON at byte {(broken.BytePositionInLine ?? 0) + 1}; expected one JSON object ({broken.Cause()})");
            return null;
        }
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var consumed) == System.Buffers.OperationStatus.Done) position += consumed;
        return position;
    }
}
