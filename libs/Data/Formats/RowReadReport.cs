namespace Platform.Data.Formats;

/// <summary>What reading a source showed: every bad line counted, the first few kept.</summary>
public sealed class RowReadReport
{
    /// <summary>How many problems are kept for showing.</summary>
    public const int KeptProblems = 20;

    private readonly List<RowProblem> _problems = [];

    /// <summary>Lines that should be rows, good and bad.</summary>
    public long Rows => GoodRows + BadRows;

    public long GoodRows { get; private set; }

    public long BadRows { get; private set; }

    /// <summary>The first <see cref="KeptProblems"/> in the order of the source.</summary>
    public IReadOnlyList<RowProblem> Problems => _problems;

    internal void CountGood() => GoodRows++;

    internal void Add(RowProblem problem)
    {
        BadRows++;
        if (_problems.Count < KeptProblems) _problems.Add(problem);
    }
}
