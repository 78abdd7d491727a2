namespace Platform.FineTuning.Tasks;

/// <summary>A dataset as a task learns from it.</summary>
/// <param name="LeftOut">how many rows had nothing to learn within the length</param>
public sealed record TaskRows(IObjective Objective, int LeftOut)
{
    /// <summary>How many of the rows that are learned lost a part because of the length.</summary>
    public int Cut { get; init; }

    /// <summary>What is learned, in the objective's own measure: tokens, texts, or windows.</summary>
    public long Learned => Objective.Count([.. Enumerable.Range(0, Objective.RowCount)]);
}
