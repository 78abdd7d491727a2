using Platform.Data.Statistics;

namespace Platform.FineTuning.Tasks;

/// <summary>A dataset as a task learns from it.</summary>
/// <param name="LeftOut">how many rows had nothing to learn within the length</param>
public sealed record TaskRows(IObjective Objective, int LeftOut)
{
    /// <summary>The rows' lengths in tokens and what is learned of them; null where rows are not read as tokens alone.</summary>
    public TokenStatistics? Tokens { get; init; }

    /// <summary>What is learned, in the objective's own measure: tokens, texts, or windows.</summary>
    public long Learned => Objective.Count([.. Enumerable.Range(0, Objective.RowCount)]);
}
