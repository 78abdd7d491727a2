using System.Runtime.CompilerServices;

namespace Platform.Data.Sources;

/// <summary>
/// Cuts a stream into lines without ever holding more than one line of the permitted length. A byte-order mark at the
/// start and the CR of a CRLF are no part of a line.
/// </summary>
internal static class SourceLines
{
    private const int FirstBuffer = 64 * 1024;

    /// <param name="Bytes">The line without its end; valid until the next line is asked for. Empty where <paramref name="Oversize"/>.</param>
    /// <param name="Length">Bytes of the line, also of one too long to keep.</param>
    public readonly record struct SourceLine(long Number, ReadOnlyMemory<byte> Bytes, long Length, bool Oversize)
    {
        public bool IsBlank => !Oversize && Bytes.Span.IndexOfAnyExcept(" \t\r"u8) < 0;
    }

    public static async IAsyncEnumerable<SourceLine> ReadAsync(
        Stream source, int maxLineBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[FirstBuffer];
        var (start, end, number, dropped) = (0, 0, 0L, 0L);
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return Line(++number, buffer.AsMemory(start, length), dropped, maxLineBytes);
                (start, dropped) = (start + length + 1, 0);
                continue;
            }

            // What is longer than a line may be (and its CR and BOM) is counted and thrown away.
            if (end - start > maxLineBytes + 4) (dropped, start, end) = (dropped + end - start, 0, 0);
            else if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            if (end == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, buffer.Length * 2L));
            var read = await source.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0) break;
            end += read;
        }

        if (end > start || dropped > 0) yield return Line(number + 1, buffer.AsMemory(start, end - start), dropped, maxLineBytes);
    }

    private static SourceLine Line(long number, ReadOnlyMemory<byte> bytes, long dropped, int maxLineBytes)
    {
        if (dropped > 0) return new SourceLine(number, default, dropped + bytes.Length, true);
        if (number == 1 && bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) bytes = bytes[3..];
        if (bytes.Length > 0 && bytes.Span[^1] == '\r') bytes = bytes[..^1];
        return bytes.Length > maxLineBytes
            ? new SourceLine(number, default, bytes.Length, true)
            : new SourceLine(number, bytes, bytes.Length, false);
    }
}
