namespace Platform.FineTuning;

/// <summary>The loss on validation rows after a step.</summary>
/// <param name="Loss">mean over the rows' supervised tokens, texts or pairs</param>
/// <param name="IsBest">whether it is the lowest so far</param>
/// <param name="Took">how long measuring took</param>
public sealed record Measurement(long Step, double Loss, bool IsBest, TimeSpan Took)
{
    /// <summary>The mean loss over all rows; what is not counted weighs nothing.</summary>
    /// <exception cref="OperationCanceledException">The run is to stop.</exception>
    public static double MeanLoss(IObjective objective, int batchSize, CancellationToken stop)
    {
        var (loss, count) = (0.0, 0L);
        foreach (var rows in Enumerable.Range(0, objective.RowCount).Chunk(batchSize))
        {
            stop.ThrowIfCancellationRequested();
            var part = objective.Measure(rows);
            using var sum = part.Sum;
            loss += sum.item<float>();
            count += part.Count;
        }

        return loss / Math.Max(1, count);
    }
}
