using System.Runtime.CompilerServices;

namespace Platform.Data.Sources;

/// <summary>The rows of several files one after the other; a row tells its file.</summary>
internal sealed class ConcatenatedSource(IReadOnlyList<(string Name, IRowSource Rows)> files) : IRowSource
{
    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (name, rows) in files)
        {
            await foreach (var row in rows.ReadAsync(maxRowBytes, cancellation)) yield return row with { File = name };
        }
    }
}
