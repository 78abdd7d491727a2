using Platform.Data.Collation;
using Platform.FineTuning;
using Platform.FineTuning.Supervised;
using Platform.Quickstart.Generator;

namespace Platform.Quickstart.BaseModel;

/// <summary>Rows of like length bound into pages, each the size of a step: a row of this objective is a page of the other.</summary>
public sealed class Pages : IObjective
{
    private readonly IObjective _objective;
    private readonly int[][] _pages;

    public Pages(IObjective objective, IReadOnlyList<SupervisedExample> rows, Recipe recipe)
    {
        _objective = objective;
        _pages = [.. Enumerable.Range(0, rows.Count)
            .Chunk(recipe.RowsPerStep * recipe.StepsPerPool)
            .SelectMany(pool => pool.OrderBy(row => rows[row].InputIds.Length).Chunk(recipe.RowsPerStep))];
    }

    public int RowCount => _pages.Length;

    public long Count(IReadOnlyList<int> pages) => _objective.Count(Rows(pages));

    public LossSum Learn(IReadOnlyList<int> pages, double weight) => _objective.Learn(Rows(pages), weight);

    public LossSum Measure(IReadOnlyList<int> pages) => _objective.Measure(Rows(pages));

    private int[] Rows(IEnumerable<int> pages) => [.. pages.SelectMany(page => _pages[page])];
}
