using Platform.FineTuning;

namespace Platform.BaseModels;

/// <summary>Rows of like length bound into pages, each the size of a step: a row of this objective is a page of the other.</summary>
public sealed class Pages : IObjective
{
    private const int StepsPerPool = 16;

    private readonly IObjective _objective;
    private readonly int[][] _pages;

    /// <param name="length">of a row; rows are sorted by it within a few steps, so that little is padded</param>
    public Pages(IObjective objective, int rowsPerStep, Func<int, int> length)
    {
        _objective = objective;
        _pages = [.. Enumerable.Range(0, objective.RowCount).Chunk(rowsPerStep * StepsPerPool).SelectMany(pool => pool.OrderBy(length).Chunk(rowsPerStep))];
    }

    public int RowCount => _pages.Length;

    public long Count(IReadOnlyList<int> pages) => _objective.Count(Rows(pages));

    public LossSum Learn(IReadOnlyList<int> pages, double weight) => _objective.Learn(Rows(pages), weight);

    public LossSum Measure(IReadOnlyList<int> pages) => _objective.Measure(Rows(pages));

    private int[] Rows(IEnumerable<int> pages) => [.. pages.SelectMany(page => _pages[page])];
}
