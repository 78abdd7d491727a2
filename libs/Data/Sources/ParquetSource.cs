using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

namespace Platform.Data.Sources;

/// <summary>A Parquet file: one row group in memory at a time, nested lists and structures included. A list that is null is read as empty.</summary>
public sealed class ParquetSource(Stream content) : IRowSource
{
    /// <summary>1 GiB: sixteen times what Hugging Face writes per row group.</summary>
    internal const long GreatestBytes = 1L << 30;

    /// <summary>16 Mi: sixteen times what most writers put into a row group.</summary>
    private const long GreatestRows = 1L << 24;

    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = await LocalCopy.OfAsync(content, cancellation);
        // The library's exceptions are of many types; what is not cancelled can only be the content's fault.
        await foreach (var row in RowsAsync(file, cancellation).AsRowAsync("Parquet file", damage => damage is not OperationCanceledException, cancellation)) yield return row;
    }

    private static async IAsyncEnumerable<SourceRow> RowsAsync(Stream file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await ParquetCheck.FooterAsync(file, cancellation);
        await using var reader = await ParquetReader.CreateAsync(file, leaveStreamOpen: true, cancellationToken: cancellation);
        using var json = new JsonRow();
        var number = 0L;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            var (bytes, claimed) = (reader.Metadata!.RowGroups[group].TotalByteSize, reader.Metadata.RowGroups[group].NumRows);
            if (bytes > GreatestBytes || claimed > GreatestRows)
                throw new InvalidDataException($"row group {group} has {bytes} bytes and {claimed} rows; write the file with row groups of at most {GreatestBytes} bytes and {GreatestRows} rows");
            await ParquetCheck.PagesAsync(file, reader.Metadata.RowGroups[group], cancellation);
            var rows = await ParquetSerializer.DeserializeUntypedAsync(file, rowGroupIndex: group, cancellationToken: cancellation);
            foreach (var row in rows.Data) yield return new SourceRow(++number, json.Write(writer => ParquetJson.WriteFields(writer, reader.Schema.Fields, row)));
        }
    }
}
