using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Platform.Data.Formats;

/// <summary>
/// Reads JSON lines of one row format, one line in memory at a time. Bad lines are counted in <see cref="Report"/> and
/// skipped; blank lines are bad unless nothing follows them. One reader reads one source.
/// </summary>
/// <param name="maxRowBytes">Longer lines are bad rows; the format's own limit where it is not given.</param>
public sealed class RowReader(IRowFormat format, int? maxRowBytes = null)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly int _maxRowBytes = maxRowBytes ?? format.MaxRowBytes;

    /// <summary>Counts and problems so far; complete when the rows have been enumerated to the end.</summary>
    public RowReadReport Report { get; } = new();

    /// <summary>The good rows in the order of the source.</summary>
    public async IAsyncEnumerable<IRow> ReadAsync(Stream source, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var blankLines = new Queue<long>();
        await foreach (var line in SourceLines.ReadAsync(source, _maxRowBytes, cancellation))
        {
            if (!line.Oversize && IsBlank(line.Bytes.Span))
            {
                blankLines.Enqueue(line.Number);
                continue;
            }

            while (blankLines.TryDequeue(out var number)) Report.Add(new RowProblem(number, "the line is blank; expected a JSON object"));
            if (Read(line) is { } row) yield return row;
        }
    }

    private IRow? Read(SourceLines.SourceLine line)
    {
        var problems = new List<string>();
        if (Parse(line, problems) is { } row && problems.Count == 0)
        {
            Report.CountGood();
            return row;
        }

        Report.Add(new RowProblem(line.Number, string.Join("; ", problems)));
        return null;
    }

    private IRow? Parse(SourceLines.SourceLine line, List<string> problems)
    {
        if (line.Oversize)
        {
            problems.Add($"the line has {line.Length} bytes; expected at most {_maxRowBytes}");
            return null;
        }

        if (!Utf8.IsValid(line.Bytes.Span))
        {
            problems.Add($"the line is not valid UTF-8 at byte {FirstInvalidByte(line.Bytes.Span) + 1}; expected UTF-8 text");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line.Bytes, Strict);
            return format.Read(document.RootElement, problems);
        }
        catch (JsonException broken)
        {
            problems.Add($"the line is not valid JSON at byte {(broken.BytePositionInLine ?? 0) + 1}; expected one JSON object ({Cause(broken)})");
            return null;
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;

    private static int FirstInvalidByte(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var consumed) == System.Buffers.OperationStatus.Done) position += consumed;
        return position;
    }

    // The exception's own text repeats the position behind its first sentence.
    private static string Cause(JsonException broken)
    {
        var end = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? broken.Message : broken.Message[..end]).TrimEnd('.');
    }
}
