namespace Platform.Data.Sources;

/// <summary>Where rows come from. Rows are streamed: one is in memory, or one batch of a columnar file.</summary>
public interface IRowSource
{
    /// <summary>The rows in the order of the source. What is damaged gives rows with a problem, and the end where nothing after it can be read.</summary>
    /// <param name="maxRowBytes">Longer rows are problems.</param>
    IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, CancellationToken cancellation);
}
