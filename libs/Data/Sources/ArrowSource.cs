using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;

namespace Platform.Data.Sources;

/// <summary>An Arrow IPC file or stream (what Hugging Face datasets keeps on disk, Feather 2): one record batch in memory at a time.</summary>
public sealed class ArrowSource(Stream content) : IRowSource
{
    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = await LocalCopy.OfAsync(content, cancellation);
        // The library's exceptions are of many types; what is not cancelled can only be the content's fault.
        await foreach (var row in RowsAsync(file, cancellation).AsRowAsync("Arrow file", damage => damage is not OperationCanceledException, cancellation)) yield return row;
    }

    private static async IAsyncEnumerable<SourceRow> RowsAsync(FileStream file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = Open(file);
        using var json = new JsonRow();
        var number = 0L;
        while (await reader.ReadNextRecordBatchAsync(cancellation) is { } batch)
        {
            using (batch)
            {
                // A row has at least one bit, unless all columns are of nulls only: then a few bytes could stand for any number of rows.
                if (batch.Length > file.Length * 8) throw new InvalidDataException($"a batch claims {batch.Length} rows in a file of {file.Length} bytes");
                for (var row = 0; row < batch.Length; row++)
                {
                    yield return new SourceRow(++number, json.Write(writer =>
                    {
                        for (var column = 0; column < batch.ColumnCount; column++)
                        {
                            writer.WritePropertyName(batch.Schema.GetFieldByIndex(column).Name);
                            ArrowJson.Write(writer, batch.Column(column), row);
                        }
                    }));
                }
            }
        }
    }

    private static ArrowStreamReader Open(FileStream file)
    {
        Span<byte> magic = stackalloc byte[6];
        var isFile = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual("ARROW1"u8);
        file.Position = 0;
        var codecs = new CompressionCodecFactory();
        return isFile ? new ArrowFileReader(file, codecs) : new ArrowStreamReader(file, codecs);
    }
}
