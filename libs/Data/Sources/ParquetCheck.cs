using System.Buffers.Binary;
using Parquet.Meta;

namespace Platform.Data.Sources;

/// <summary>Checks a Parquet file's metadata before the library, which trusts them, reads the file.</summary>
internal static class ParquetCheck
{
    /// <summary>256 MiB: the metadata of about a million column chunks.</summary>
    private const int GreatestFooter = 256 * 1024 * 1024;

    /// <summary>64 KiB: statistics with two long values, and some room.</summary>
    private const int GreatestPageHeader = 64 * 1024;

    /// <exception cref="InvalidDataException">The footer is damaged.</exception>
    public static async Task FooterAsync(Stream file, CancellationToken cancellation)
    {
        if (file.Length < 12) throw new InvalidDataException("it is shorter than any Parquet file");
        var tail = new byte[8];
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, cancellation);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (!tail.AsSpan(4).SequenceEqual("PAR1"u8)) throw new InvalidDataException("it does not end with PAR1");
        if (length > GreatestFooter || length > file.Length - 12) throw new InvalidDataException($"its footer claims {length} bytes");
        var footer = new byte[length];
        file.Position = file.Length - tail.Length - length;
        await file.ReadExactlyAsync(footer, cancellation);
        new ThriftCheck(footer).Check(ThriftGrammar.Footer);
        file.Position = 0;
    }

    /// <exception cref="InvalidDataException">The header of a page is damaged, or pages are not where the footer says.</exception>
    public static async Task PagesAsync(Stream file, RowGroup group, CancellationToken cancellation)
    {
        foreach (var chunk in group.Columns)
        {
            if (chunk.MetaData is not { } column) throw new InvalidDataException("a column has no metadata");
            var start = Math.Min(column.DataPageOffset, column.DictionaryPageOffset is { } dictionary and > 0 ? dictionary : long.MaxValue);
            var end = start + column.TotalCompressedSize;
            if (start < 4 || end < start || end > file.Length) throw new InvalidDataException($"a column reaches from {start} to {end} of {file.Length} bytes");
            if (column.NumValues < 0) throw new InvalidDataException($"a column claims {column.NumValues} values");
            while (start < end) start += await PageAsync(file, start, end, cancellation);
        }

        file.Position = 0;
    }

    private static async Task<long> PageAsync(Stream file, long start, long end, CancellationToken cancellation)
    {
        var head = new byte[Math.Min(GreatestPageHeader, end - start)];
        file.Position = start;
        await file.ReadExactlyAsync(head, cancellation);
        return PageLength(head, end - start);
    }

    private static long PageLength(ReadOnlySpan<byte> head, long available)
    {
        var check = new ThriftCheck(head);
        var header = check.Check(ThriftGrammar.PageHeader);
        var (unpacked, packed) = check.PageSizes;
        return packed >= 0 && header + packed <= available && unpacked is >= 0 and <= ParquetSource.GreatestBytes
            ? header + packed
            : throw new InvalidDataException($"a page claims {packed} bytes that unpack to {unpacked}");
    }
}
