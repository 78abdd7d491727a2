using System.Runtime.CompilerServices;

namespace Platform.Data.Sources;

/// <summary>The rows of one file, whatever it is and whether or not it is packed with gzip.</summary>
/// <param name="kind">One of <see cref="SourceKinds"/>; null: told by content and name.</param>
internal sealed class FileRows(SourceFile file, string? kind) : IRowSource
{
    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var content = await PeekedContent.OpenAsync(await file.OpenAsync(cancellation), cancellation);
        var rows = content.Head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])
            ? Unpacked(content, maxRowBytes, cancellation).AsRowAsync("gzip file", damage => damage is InvalidDataException, cancellation)
            : Rows(content, maxRowBytes, cancellation);
        await foreach (var row in rows) yield return row;
    }

    private async IAsyncEnumerable<SourceRow> Unpacked(PeekedContent packed, int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var content = await PeekedContent.OpenAsync(new GzipContent(packed), cancellation);
        await foreach (var row in Rows(content, maxRowBytes, cancellation)) yield return row;
    }

    private IAsyncEnumerable<SourceRow> Rows(PeekedContent content, int maxRowBytes, CancellationToken cancellation)
    {
        var actual = kind ?? SourceKinds.Of(file.Name, content.Head, content.HeadIsAll);
        IRowSource source = actual switch
        {
            SourceKinds.JsonLines => new JsonLinesSource(content),
            SourceKinds.Json => new JsonSource(content),
            SourceKinds.Csv => new CsvSource(content, ','),
            SourceKinds.Tsv => new CsvSource(content, '\t'),
            SourceKinds.Text => new TextSource(content, paragraphs: false),
            SourceKinds.Paragraphs => new TextSource(content, paragraphs: true),
            SourceKinds.Parquet => new ParquetSource(content),
            SourceKinds.Arrow => new ArrowSource(content),
            _ => throw new ArgumentException($"source is '{actual}'; expected one of {string.Join(", ", SourceKinds.Names)}."),
        };
        return source.ReadAsync(maxRowBytes, cancellation);
    }
}
