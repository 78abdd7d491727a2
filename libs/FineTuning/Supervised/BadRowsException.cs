using Platform.Data.Formats;

namespace Platform.FineTuning.Supervised;

/// <summary>Rows of a dataset that nothing can be learned from; the message lists the first by their lines.</summary>
/// <param name="count">All of them.</param>
/// <param name="problems">The first.</param>
public sealed class BadRowsException(long count, IReadOnlyList<RowProblem> problems) : Exception(
    $"{count} bad rows: {string.Join("; ", problems.Select(problem => $"line {problem.Line}: {problem.Reason}"))}")
{
    public long Count { get; } = count;

    public IReadOnlyList<RowProblem> Problems { get; } = problems;
}
