namespace Platform.Data.Formats;

/// <summary>Why a line cannot be trained on.</summary>
/// <param name="Line">1-based line of the source.</param>
/// <param name="Reason">Field, value and what was expected, for every fault of the line.</param>
public sealed record RowProblem(long Line, string Reason);
