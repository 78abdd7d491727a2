namespace Platform.Data.Sources;

/// <summary>One row of a source: a JSON value, or why there is none.</summary>
/// <param name="Number">1-based: the line of a text source, the row of others.</param>
/// <param name="Json">The row as JSON, unchecked; valid until the next row is asked for. Empty where there is a problem.</param>
/// <param name="Problem">Why the row cannot be read, or null.</param>
/// <param name="File">Which of several files the row is in, or null.</param>
public readonly record struct SourceRow(long Number, ReadOnlyMemory<byte> Json, string? Problem = null, string? File = null)
{
    /// <summary>A row that cannot be read.</summary>
    public static SourceRow Broken(long number, string problem) => new(number, default, problem);
}
